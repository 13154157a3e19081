import type { Text } from '../../../kernel/index.js';

type RuleText = (constraints: readonly unknown[]) => Text;

const said =
  (zh: string, en: string): RuleText =>
  () => ({ zh, en });

/** What class-validator's own rules say, by their names. Rules of ours bring their text themselves (`says`). */
const TEXTS: Readonly<Record<string, RuleText>> = {
  unknownValue: said('須為 JSON 物件。', 'must be a JSON object'),
  nestedValidation: said('須為 JSON 物件。', 'must be a JSON object'),
  isDefined: said('此欄位必填。', 'is required'),
  isNotEmpty: said('不得為空。', 'must not be empty'),
  isString: said('須為文字。', 'must be a string'),
  isBoolean: said('須為是或否(布林值)。', 'must be true or false'),
  isInt: said('須為整數。', 'must be an integer'),
  isNumber: said('須為數字。', 'must be a number'),
  isArray: said('須為陣列。', 'must be an array'),
  isObject: said('須為 JSON 物件。', 'must be a JSON object'),
  isUuid: said('須為 UUID。', 'must be a UUID'),
  isDateString: said('須為日期。', 'must be a date'),
  arrayUnique: said('內容不得重複。', 'must not hold the same twice'),
  arrayNotEmpty: said('不得為空。', 'must not be empty'),
  matches: said('格式不正確。', 'is not of the required form'),
  min: ([least]) => ({ zh: `不得小於 ${String(least)}。`, en: `must be at least ${String(least)}` }),
  max: ([most]) => ({ zh: `不得大於 ${String(most)}。`, en: `must be at most ${String(most)}` }),
  minLength: ([least]) => ({ zh: `至少 ${String(least)} 個字元。`, en: `must have at least ${String(least)} characters` }),
  maxLength: ([most]) => ({ zh: `最多 ${String(most)} 個字元。`, en: `must have at most ${String(most)} characters` }),
  isLength: ([least, most]) => ({
    zh: `須為 ${String(least)} 至 ${String(most)} 個字元。`,
    en: `must have ${String(least)} to ${String(most)} characters`,
  }),
  arrayMinSize: ([least]) => ({ zh: `至少 ${String(least)} 項。`, en: `must hold at least ${String(least)} items` }),
  arrayMaxSize: ([most]) => ({ zh: `最多 ${String(most)} 項。`, en: `must hold at most ${String(most)} items` }),
  isIn: ([values]) => oneOf(values),
  isEnum: ([, values]) => oneOf(values),
};

/** The text of a rule that was broken; `message` is class-validator's own, for rules that nobody has translated. */
export function ruleText(name: string, constraints: readonly unknown[], message: string): Text {
  return TEXTS[name]?.(constraints) ?? { zh: '不符合要求。', en: message };
}

function oneOf(values: unknown): Text {
  const names = Array.isArray(values) ? values.map(String) : [String(values)];
  return { zh: `須為允許的 ${names.length} 個值之一。`, en: `must be one of the ${names.length} values allowed` };
}
