/** The character table alone: opencc-js publishes it without a type. Pairs `traditional simplified`, joined by `|`. */
declare module 'opencc-js/dict/TSCharacters' {
  const pairs: string
  export default pairs
}
