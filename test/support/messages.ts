import { globSync, readFileSync } from 'node:fs';
import ts from 'typescript';

/** A text in the source that people may come to read; `…` stands for what is filled in. */
export interface SourceText {
  readonly file: string;
  readonly line: number;
  readonly text: string;
}

const HAN = /\p{Script=Han}/u;

/** Every text in Chinese of the sources, and every English one that stands beside a Chinese one. */
export function sourceTexts(): { readonly chinese: readonly SourceText[]; readonly english: readonly SourceText[] } {
  const chinese: SourceText[] = [];
  const english: SourceText[] = [];
  for (const file of globSync('src/**/*.ts')) {
    const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
    const visit = (node: ts.Node): void => {
      // Documentation of the API is for developers, in English.
      if (ts.isDecorator(node) && /^@(Api|Controller|Example|Get|Post|Patch)/.test(node.getText())) return;
      const text = textOf(node);
      if (text !== null && HAN.test(text)) {
        chinese.push({ file, line: lineOf(source, node), text });
        const beside = englishBeside(node);
        if (beside !== null) english.push({ file, line: lineOf(source, beside), text: textOf(beside) ?? '' });
      }
      ts.forEachChild(node, visit);
    };
    visit(source);
  }
  return { chinese, english };
}

function lineOf(source: ts.SourceFile, node: ts.Node): number {
  return source.getLineAndCharacterOfPosition(node.getStart()).line + 1;
}

/** The text of a literal, with `…` for each placeholder; null: it is none. */
function textOf(node: ts.Node): string | null {
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return node.text;
  if (!ts.isTemplateExpression(node)) return null;
  return node.head.text + node.templateSpans.map((span) => `…${span.literal.text}`).join('');
}

/** The literal behind this one in a call or a list, or the member `en` beside a member `zh`. */
function englishBeside(node: ts.Node): ts.Node | null {
  const { parent } = node;
  if (ts.isPropertyAssignment(parent) && ts.isObjectLiteralExpression(parent.parent)) {
    const beside = parent.parent.properties.find(
      (one): one is ts.PropertyAssignment => ts.isPropertyAssignment(one) && one.name.getText() === 'en',
    );
    return beside === undefined ? null : beside.initializer;
  }
  const siblings = ts.isCallExpression(parent) ? parent.arguments : ts.isArrayLiteralExpression(parent) ? parent.elements : [];
  const next = siblings[siblings.findIndex((one) => one === node) + 1];
  return next !== undefined && textOf(next) !== null ? next : null;
}
