// Values against the types that Microsoft publishes for Graph, by TypeScript's own compiler.
// Reads a JSON list of { name, type, value }, where types are such as "graph.User[]"; prints
// a JSON list of complaints, each with its name.
import ts from 'typescript';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const checks = JSON.parse(await text(process.stdin));
const file = fileURLToPath(new URL('./values.ts', import.meta.url));
// A line for each, so that a complaint's line tells whose it is.
const source = [
  ...checks.map(({ type, value }, at) => `export const value${at}: ${type} = ${JSON.stringify(value)};`),
  "import type * as graph from '@microsoft/microsoft-graph-types';",
].join('\n');
const options = {
  strict: true,
  noEmit: true,
  skipLibCheck: true,
  types: [],
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
};
const host = ts.createCompilerHost(options);
const { getSourceFile, fileExists } = host;
host.fileExists = (name) => name === file || fileExists(name);
host.getSourceFile = (name, ...more) =>
  name === file ? ts.createSourceFile(name, source, options.target) : getSourceFile(name, ...more);
const program = ts.createProgram([file], options, host);
const complaints = ts.getPreEmitDiagnostics(program).map((one) => {
  const line = one.file === undefined ? 0 : one.file.getLineAndCharacterOfPosition(one.start).line;
  return `${checks[line]?.name}: ${ts.flattenDiagnosticMessageText(one.messageText, ' ')}`;
});
console.log(JSON.stringify(complaints));
