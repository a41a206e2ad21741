/** Characters that a terminal shows two cells wide: Chinese, Japanese, Korean, full-width forms, emoji. */
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u
const invisible = /[\p{Mn}\p{Me}\p{Cf}]/u

/** Cells that a text takes on a terminal. */
export function displayWidth(text: string): number {
  let cells = 0
  for (const character of text) {
    if (invisible.test(character)) continue
    cells += wide.test(character) ? 2 : 1
  }
  return cells
}
