// The compartments as a tree: what lies in what, and what a location in a statement names.
import type { Location } from './parse-statement.ts';

export interface TreeNode {
  readonly id: string;
  readonly name: string;
  /** Null for the root. */
  readonly parent: string | null;
}

export interface Tree<N extends TreeNode = TreeNode> {
  readonly root: string;
  readonly byId: ReadonlyMap<string, N>;
  /** Id by parent and name in small letters. */
  readonly byName: ReadonlyMap<string, string>;
}

const nameKey = (parent: string, name: string): string => `${parent} ${name.toLowerCase()}`;

export function treeOf<N extends TreeNode>(root: string, nodes: readonly N[]): Tree<N> {
  return {
    root,
    byId: new Map(nodes.map((node) => [node.id, node])),
    byName: new Map(nodes.flatMap(({ id, name, parent }) => (parent === null ? [] : [[nameKey(parent, name), id] as const]))),
  };
}

/** From the compartment up to the root, both included; null where that way is not known. */
export function chainOf({ root, byId }: Tree, id: string): readonly string[] | null {
  const chain: string[] = [];
  for (let at: string | null = id; at !== null; at = byId.get(at)?.parent ?? null) {
    if (chain.includes(at)) return null;
    chain.push(at);
  }
  return chain.at(-1) === root ? chain : null;
}

/** The part of the way up that is known, for a compartment of which it is not known whole. */
export function knownChainOf({ byId }: Tree, id: string): readonly string[] {
  const chain: string[] = [];
  for (let at: string | null = id; at !== null && !chain.includes(at); at = byId.get(at)?.parent ?? null) chain.push(at);
  return chain;
}

/**
 * The compartment that a location names, for a policy attached to another; null where it names none that such a policy reaches. A policy
 * reaches what it is attached to, and what lies below: names go down from there.
 */
export function located(tree: Tree, attachedTo: string, location: Location): string | null {
  switch (location.kind) {
    case 'tenancy':
      return attachedTo;
    case 'id':
      return chainOf(tree, location.id)?.includes(attachedTo) ? location.id : null;
    case 'path':
      return below(tree, attachedTo, location.names) ?? fromItself(tree, attachedTo, location.names);
  }
}

function below({ byName }: Tree, from: string, names: readonly string[]): string | null {
  let at: string | undefined = from;
  for (const name of names) {
    at = byName.get(nameKey(at, name));
    if (at === undefined) return null;
  }
  return at;
}

/** The first name may be that of the compartment itself. */
const fromItself = (tree: Tree, attachedTo: string, [first, ...rest]: readonly string[]): string | null =>
  tree.byId.get(attachedTo)?.name.toLowerCase() === first?.toLowerCase() ? below(tree, attachedTo, rest) : null;

/** Names from the root down, without the root; null where the way up is not known. */
export const pathOf = (tree: Tree, id: string): readonly string[] | null =>
  chainOf(tree, id)
    ?.slice(0, -1)
    .reverse()
    .map((one) => tree.byId.get(one)?.name ?? one) ?? null;
