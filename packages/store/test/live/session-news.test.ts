import type { Session } from "@throughline/core/session";
import { expect, test } from "vitest";
import { SessionNews } from "../../src/embedded/live/session-news.ts";

function session(id: string, state: Session["state"]): Session {
  return { id, state } as Session;
}

test("changed sessions are told together, four times a second at most", () => {
  const news = new SessionNews();
  expect(news.dueMs).toBeUndefined();
  news.changed("a");
  expect(news.due(1_000)).toEqual(["a"]);
  expect(news.told(["a"], [session("a", "idle")], 1_000)).toHaveLength(1);
  news.changed("a");
  news.changed("b");
  expect(news.due(1_100)).toEqual([]);
  expect(news.dueMs).toBe(1_250);
  expect(news.due(1_250)).toEqual(["a", "b"]);
});

test("a live session that falls silent is told once more; one that goes on is not", () => {
  const news = new SessionNews();
  news.changed("a");
  news.changed("b");
  news.told(["a", "b"], [session("a", "live"), session("b", "live")], 1_000);
  expect(news.dueMs).toBe(62_000);
  expect(news.due(61_999)).toEqual([]);
  expect(news.due(62_000)).toEqual(["a", "b"]);
  const found = [session("a", "idle"), session("b", "live")];
  expect(news.told(["a", "b"], found, 62_000)).toEqual([session("a", "idle")]);
  expect(news.due(123_000)).toEqual(["b"]);
});

test("what can't be looked up now is looked up later", () => {
  const news = new SessionNews();
  news.changed("a");
  news.postpone(1_000);
  expect(news.due(1_100)).toEqual([]);
  expect(news.due(1_250)).toEqual(["a"]);
});
