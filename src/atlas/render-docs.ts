import type { Contract, ContractOperation, ContractParameter } from '../http/contract.ts';
import { type Html, html } from '../http/html.ts'; // escaping
import { PROBLEMS } from '../http/problems.ts'; // error codes
import { exampleRequest, resolve, type Schema } from './example-request.ts'; // calls to paste

interface Response {
  description: string;
  content?: Record<string, { schema?: Schema }>;
}

interface Entry {
  method: string;
  path: string;
  operation: ContractOperation;
}

/**
 * Renders the contract as a page for reading: operations by tag with parameters, answers and an example call, then
 * the schemas. No script, no style attribute.
 *
 * @param base absolute address of the API without a slash at the end, for the examples
 */
export function renderDocs(contract: Contract, base: string): string {
  const entries = Object.entries(contract.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]): Entry => ({ method, path, operation })),
  );
  const groups = contract.tags.map((tag) => ({
    tag,
    entries: entries.filter(({ operation }) => operation.tags.includes(tag.name)),
  }));
  const schemas = Object.entries(contract.components.schemas ?? {}) as [string, Schema][];
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${contract.info.title} ${contract.info.version} · API</title>
<link rel="icon" href="/atlas/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/atlas/docs.css">
</head>
<body>
<nav aria-label="Operations">
<p class="wordmark"><a href="/">${contract.info.title}</a></p>
${groups.map(
  ({ tag, entries: members }) => html`<h2>${tag.name}</h2>
<ul>${members.map(({ operation }) => html`<li><a href="#${operation.operationId}">${operation.summary}</a></li>`)}</ul>`,
)}
<h2><a href="#schemas">Schemas</a></h2>
<h2><a href="#problems">Problems</a></h2>
</nav>
<main>
<h1>${contract.info.title} API <small>${contract.info.version}</small></h1>
<p>${prose(contract.info.description)}</p>
<p>Base address: <code>${base}</code>. The same as OpenAPI 3.0: <a href="/v1/api"><code>/v1/api</code></a>.</p>
${groups.map(
  ({ tag, entries: members }) => html`<section><h2>${tag.name}</h2><p>${prose(tag.description)}</p>
${members.map((entry) => renderOperation(contract, base, entry))}</section>`,
)}
<section id="schemas"><h2>Schemas</h2>
${schemas.map(([name, schema]) => renderSchema(name, schema))}</section>
<section id="problems"><h2>Problems</h2>
<p>Errors are <code>application/problem+json</code> (RFC 9457); their <code>type</code> leads here.</p>
<table><thead><tr><th>Code</th><th>Status</th><th>Title</th></tr></thead>
<tbody>${Object.entries(PROBLEMS).map(
    ([code, { status, title }]) =>
      html`<tr id="${code}"><td><code>${code}</code></td><td>${status}</td><td>${title}</td></tr>`,
  )}</tbody></table></section>
</main>
</body>
</html>
`.markup;
}

function renderOperation(contract: Contract, base: string, entry: Entry): Html {
  const { method, path, operation } = entry;
  const parameters = operation.parameters.map((each) => resolve<ContractParameter>(contract, each));
  const body = operation.requestBody?.content['application/json']?.schema as Schema | undefined;
  return html`<article id="${operation.operationId}">
<h3>${operation.summary}</h3>
<p class="address"><span class="method">${method.toUpperCase()}</span> <code>${path}</code></p>
<p>${prose(operation.description)}</p>
${parameters.length > 0 ? renderParameters(parameters) : null}
${body ? html`<p>Body: ${typeOf(body)}</p>` : null}
<h4>Answers</h4>
<table><tbody>${Object.entries(operation.responses).map(([status, response]) =>
    renderResponse(status, resolve<Response>(contract, response as Response)),
  )}</tbody></table>
<h4>Example</h4>
<pre tabindex="0"><code>${exampleRequest(contract, base, entry)}</code></pre>
</article>`;
}

function renderParameters(parameters: readonly ContractParameter[]): Html {
  return html`<h4>Parameters</h4>
<table><thead><tr><th scope="col">Name</th><th scope="col">Where</th><th scope="col">Type</th>
<th scope="col">What</th></tr></thead>
<tbody>${parameters.map(
    ({ name, in: place, required, schema, description }) => html`<tr><th scope="row"><code>${name}</code>
${required ? html` <em>required</em>` : null}</th><td>${place}</td>
<td>${typeOf(schema)}</td><td>${prose(description ?? '')}</td></tr>`,
  )}</tbody></table>`;
}

function renderResponse(status: string, { description, content = {} }: Response): Html {
  return html`<tr><th scope="row">${status}</th><td>${prose(description)}</td>
<td>${Object.entries(content).map(
    ([type, { schema }]) => html`<div><code>${type}</code> ${schema ? typeOf(schema) : null}</div>`,
  )}</td></tr>`;
}

function renderSchema(name: string, schema: Schema): Html {
  const required = new Set(schema.required);
  return html`<article id="schema-${name}">
<h3>${name}</h3>
<p>${prose(schema.description ?? '')}</p>
${
  schema.properties
    ? html`<table><tbody>${Object.entries(schema.properties).map(
        ([key, value]) => html`<tr><th scope="row"><code>${key}</code>
${required.has(key) ? null : html` <em>optional</em>`}</th><td>${typeOf(value)}</td>
<td>${prose(value.description ?? '')}</td></tr>`,
      )}</tbody></table>`
    : html`<p>${typeOf(schema)}</p>`
}
</article>`;
}

/** A schema in a few words, with links to the named ones. */
function typeOf(schema: Schema): Html {
  if (schema.$ref) {
    const name = schema.$ref.split('/').at(-1)!;
    return html`<a href="#schema-${name}">${name}</a>`;
  }
  if (schema.oneOf)
    return html`${schema.oneOf.map((each, index) => [index > 0 ? ' or ' : '', typeOf(each)])}`;
  if (schema.items) return html`list of ${typeOf(schema.items)}${limitsOf(schema)}`;
  const base = schema.enum
    ? schema.enum.map(String).join(' | ')
    : [schema.type ?? 'any', schema.format].join(' ');
  return html`${base.trim()}${schema.nullable ? ' or null' : null}${limitsOf(schema)}`;
}

function limitsOf({ minimum, maximum, default: preset }: Schema): Html {
  const parts = [
    minimum === undefined ? null : `from ${minimum}`,
    maximum === undefined ? null : `to ${maximum}`,
    preset === undefined ? null : `default ${typeof preset === 'object' ? JSON.stringify(preset) : preset}`,
  ].filter((part) => part !== null);
  return parts.length > 0 ? html` <small>${parts.join(', ')}</small>` : html``;
}

/** Plain text in which backticks mark code. */
function prose(text: string): Html {
  const pieces = text.split('`');
  return html`${pieces.map((piece, index) => (index % 2 === 1 ? html`<code>${piece}</code>` : piece))}`;
}
