/**
 * Names that WeChat writes in square brackets for its built-in faces. `[微笑]` is then one token of its own:
 * a search for 微笑 means the word, a search for `[微笑]` the face. Only known names are faces, because any
 * other bracket (`[合同]`) holds words that a reviewer must find; names that are also business words (红包,
 * 礼物, 福) are left out for the same reason. Traditional forms fold to these.
 */
const chinese =
  '微笑 撇嘴 色 发呆 得意 流泪 害羞 闭嘴 睡 大哭 尴尬 发怒 调皮 呲牙 惊讶 难过 酷 冷汗 抓狂 吐 偷笑 可爱 愉快 白眼 傲慢 饥饿 困 ' +
  '惊恐 流汗 憨笑 大兵 悠闲 奋斗 咒骂 疑问 嘘 晕 疯了 折磨 衰 骷髅 敲打 再见 擦汗 抠鼻 鼓掌 糗大了 坏笑 左哼哼 右哼哼 哈欠 鄙视 ' +
  '委屈 快哭了 阴险 亲亲 吓 可怜 菜刀 西瓜 啤酒 篮球 乒乓 咖啡 饭 猪头 玫瑰 凋谢 嘴唇 示爱 爱心 心碎 蛋糕 闪电 炸弹 刀 足球 瓢虫 ' +
  '便便 月亮 太阳 拥抱 强 弱 握手 胜利 抱拳 勾引 拳头 差劲 爱你 爱情 飞吻 跳跳 发抖 怄火 转圈 磕头 回头 跳绳 挥手 投降 激动 乱舞 ' +
  '街舞 献吻 左太极 右太极 嘿哈 捂脸 奸笑 机智 皱眉 耶 吃瓜 加油 加油加油 汗 天啊 社会社会 旺柴 好的 打脸 哇 翻白眼 让我看看 叹气 苦涩 ' +
  '裂开 强壮 破涕为笑 脸红 恐惧 失望 无语 生病 笑脸 庆祝 烟花 爆竹'

const english =
  'smile grimace drool scowl coolguy sob shy silent sleep cry awkward angry tongue grin surprise frown ruthless blush ' +
  'scream puke chuckle joyful slight smug hungry drowsy panic sweat laugh commando determined scold shocked shhh dizzy ' +
  'tormented toasted skull hammer wave bye speechless nosepick clap shame trick yawn pooh-pooh shrunken tearingup sly ' +
  'kiss wrath whimper cleaver watermelon beer basketball pingpong coffee rice pig rose wilt lips heart brokenheart cake ' +
  'lightning bomb dagger soccer ladybug poop moon sun hug strong thumbsup weak thumbsdown shake peace victory fight ' +
  'beckon fist pinky rockon worship waddle tremble kotow turnaround skip surrender hooray hey facepalm smirk smart ' +
  'concerned yeah! onlooker goforit sweats omg emm respect doge noprob mybad wow boring letmesee sigh hurt broken ' +
  'flushed happy terror letdown duh lol'

/** Longest name between the brackets, in characters. */
export const stickerNameLengthMax = 10

export const stickerNames: ReadonlySet<string> = new Set([...chinese.split(' '), ...english.split(' ')])
