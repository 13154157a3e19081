/** How to take an applied event back, last first. */
export type Undo = (() => void)[];

/** Sets a property. */
export function set<T extends object, K extends keyof T>(target: T, key: K, value: T[K], undo: Undo): void {
  const before = target[key];
  target[key] = value;
  undo.push(() => {
    target[key] = before;
  });
}

/** Sets a map's entry. */
export function setKey<K, V>(map: Map<K, V>, key: K, value: V, undo: Undo): void {
  const before = map.get(key);
  const had = map.has(key);
  map.set(key, value);
  undo.push(() => {
    if (had && before !== undefined) map.set(key, before);
    else map.delete(key);
  });
}

/** Appends to a list. */
export function push<T>(list: T[], item: T, undo: Undo): void {
  list.push(item);
  undo.push(() => list.pop());
}

/** Adds to a set what is not in it. */
export function add<T>(items: Set<T>, item: T, undo: Undo): void {
  if (items.has(item)) return;
  items.add(item);
  undo.push(() => items.delete(item));
}
