/** Why the text of a manifest cannot take what has to be added, in words for its author. */
export const Obstacle = {
  /** The place belongs to several objects, or to one that stands elsewhere. */
  Shared:
    "pull secrets cannot be added here without changing what other places share by an anchor, an alias or a merge key: " +
    "write the spec out",
  /** There is no place where text could be put. */
  Layout:
    "pull secrets cannot be added to the spec in the way it is laid out: write it as plain YAML, each key on a line " +
    "of its own, without tags",
} as const;

export type Obstacle = (typeof Obstacle)[keyof typeof Obstacle];
