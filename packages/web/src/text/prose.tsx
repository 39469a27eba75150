import type { ComponentChildren, JSX } from "preact";
import { useMemo } from "preact/hooks";

import { type Block, type Inline, readMarkdown } from "./markdown.ts";

/** A text of a model or a person. */
export function Prose({ text }: { readonly text: string }): JSX.Element {
  // The same element again tells Preact that there is nothing to compare.
  return useMemo(() => <div class="prose">{readMarkdown(text).map(block)}</div>, [text]);
}

function block(given: Block, key: number): JSX.Element {
  switch (given.kind) {
    case "heading":
      // The page has headings of its own; a model's must not stand among them.
      return (
        <p key={key} class={`heading level-${given.level}`}>
          {inline(given.text)}
        </p>
      );
    case "paragraph":
      return <p key={key}>{inline(given.text)}</p>;
    case "quote":
      return <blockquote key={key}>{inline(given.text)}</blockquote>;
    case "code":
      return (
        <pre key={key} tabIndex={0}>
          <code>{given.text}</code>
        </pre>
      );
    case "list": {
      const items = given.items.map(({ depth, text }, index) => (
        <li key={index} class={`depth-${depth}`}>
          {inline(text)}
        </li>
      ));
      return given.ordered ? <ol key={key}>{items}</ol> : <ul key={key}>{items}</ul>;
    }
    case "table":
      return (
        <div key={key} class="scroll" tabIndex={0} role="group" aria-label="Table">
          <table>
            <tbody>
              {given.rows.map((cells, row) => (
                <tr key={row}>
                  {cells.map((cell, column) =>
                    row === 0 ? (
                      <th key={column} scope="col">
                        {inline(cell)}
                      </th>
                    ) : (
                      <td key={column}>{inline(cell)}</td>
                    ),
                  )}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      );
    default:
      return <hr key={key} />;
  }
}

function inline(parts: readonly Inline[]): ComponentChildren {
  return parts.map((part, key) => {
    switch (part.kind) {
      case "code":
        return <code key={key}>{part.text}</code>;
      case "strong":
        return <strong key={key}>{part.text}</strong>;
      case "em":
        return <em key={key}>{part.text}</em>;
      case "gone":
        return <s key={key}>{part.text}</s>;
      case "image":
        return (
          <span key={key} class="muted">
            [image, not loaded: {part.text}]
          </span>
        );
      case "link":
        return (
          <span key={key}>
            <a href={part.href} target="_blank" rel="noopener noreferrer nofollow">
              {part.text}
            </a>
            {part.text.includes(part.host) ? null : <span class="muted"> ({part.host})</span>}
          </span>
        );
      default:
        return part.text;
    }
  });
}
