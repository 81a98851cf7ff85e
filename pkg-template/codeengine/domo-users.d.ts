/**
 * The first file to paste into Domo Code Engine, as a CommonJS module. Its functions take their arguments by position and send requests with Code Engine's module
 * `codeengine`, which they require at the first call.
 * @module domo-users/codeengine
 */
import type { User, UserChanges, AttributeValue } from "../index.cjs";

/** Creates a user and returns it. */
export function createUser(displayName: string, emailAddress: string, roleId: number): Promise<User>;
/** Returns one user; `parts` is one or several of Domo's five parts, separated by commas. */
export function getUserById(userId: number | string, parts?: string | null): Promise<User>;
/** Returns all users of the instance. */
export function getAllUsers(parts?: string | null): Promise<User[]>;
/** Changes the given fields of a user and returns the user. */
export function updateUser(userId: number | string, changes: UserChanges): Promise<User>;
/** Deletes a user and returns true. */
export function deleteUser(userId: number | string): Promise<true>;
/** Returns a user's attributes as one object. */
export function getUserAttributes(userId: number | string): Promise<Record<string, AttributeValue | AttributeValue[]>>;
/** Returns which features this runtime has, by name. */
export function describeRuntime(): Promise<Record<string, boolean | string>>;
