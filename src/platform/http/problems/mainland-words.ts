/** Words of software that Simplified Chinese calls otherwise than Traditional, character by character, would make it. */
const WORDS: Readonly<Record<string, string>> = {
  栏位: '字段',
  字元: '字符',
  字串: '字符串',
  物件: '对象',
  阵列: '数组',
  布林值: '布尔值',
  位元组: '字节',
  巢状: '嵌套',
  登入: '登录',
  登出: '退出',
  支援: '支持',
  使用者名称: '用户名',
  使用者: '用户',
  资料库: '数据库',
  存取权杖: '访问令牌',
  权杖: '令牌',
  游标: '分页标记',
  标头: '请求头',
  覆核: '复核',
  示范资料: '示范数据',
};
const PATTERN = new RegExp(Object.keys(WORDS).join('|'), 'g');
/** What stands in quotation marks is somebody's name or words. */
const QUOTED = /(「[^」]*」|“[^”]*”)/;

/** A text in Simplified characters with the words of the mainland. */
export function withMainlandWords(text: string): string {
  return text
    .split(QUOTED)
    .map((part, at) => (at % 2 === 1 ? part : part.replace(PATTERN, (word) => WORDS[word] ?? word)))
    .join('');
}
