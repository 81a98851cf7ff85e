/**
 * The text to paste into Domo Code Engine, as a CommonJS module: its functions take their arguments by position and
 * call through Code Engine's own `codeengine`, which they require at the first call.
 */
import type { User, UserChanges, AttributeValue } from "../index.cjs";

/** Creates a user. */
export function createUser(displayName: string, emailAddress: string, roleId: number): Promise<User>;
/** Reads one user; `parts` is one or several of the five, with commas. */
export function getUserById(userId: number | string, parts?: string | null): Promise<User>;
/** Reads all users of the instance. */
export function getAllUsers(parts?: string | null): Promise<User[]>;
/** Changes the given fields of a user. */
export function updateUser(userId: number | string, changes: UserChanges): Promise<User>;
/** Deletes a user; answers true. */
export function deleteUser(userId: number | string): Promise<true>;
/** Reads a user's attributes as one object. */
export function getUserAttributes(userId: number | string): Promise<Record<string, AttributeValue | AttributeValue[]>>;
/** What this runtime has: a name and whether it is there. */
export function describeRuntime(): Promise<Record<string, boolean | string>>;
