// The shipped typings and the public contract are assignable to each other.
import * as ours from "domo-users";
import * as mock from "domo-users/mock";
import type * as contract from "./contract.js";

type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;
declare function same<A, B>(answer: Same<A, B>): void;

/** A function without its first parameter: only the shipped typings declare `Domo` in full. */
type Rest<F> = F extends (domo: never, ...rest: infer R) => infer T ? [R, T] : never;

same<ours.DomoConfig, contract.DomoConfig>(true);
same<ours.RequestEvent, contract.RequestEvent>(true);
same<ours.CallOptions, contract.CallOptions>(true);
same<ours.Parts, contract.Parts>(true);
same<ours.PartsOptions, contract.PartsOptions>(true);
same<ours.UserId, contract.UserId>(true);
same<ours.AttributeValue, contract.AttributeValue>(true);
same<ours.UserAttribute, contract.UserAttribute>(true);
same<ours.User, contract.User>(true);
same<ours.NewUser, contract.NewUser>(true);
same<ours.UserChanges, contract.UserChanges>(true);
same<ours.DomoErrorCode, contract.DomoErrorCode>(true);
same<ours.DomoError, contract.DomoError>(true);
same<ConstructorParameters<typeof ours.DomoError>, ConstructorParameters<typeof contract.DomoError>>(true);
same<ours.RequestInput, contract.RequestInput>(true);

same<Rest<typeof ours.createUser>, Rest<typeof contract.createUser>>(true);
same<Rest<typeof ours.getUserById>, Rest<typeof contract.getUserById>>(true);
same<Rest<typeof ours.getAllUsers>, Rest<typeof contract.getAllUsers>>(true);
same<Rest<typeof ours.updateUser>, Rest<typeof contract.updateUser>>(true);
same<Rest<typeof ours.deleteUser>, Rest<typeof contract.deleteUser>>(true);
same<ours.SearchOptions, contract.SearchOptions>(true);
same<Rest<typeof ours.searchUsers>, Rest<typeof contract.searchUsers>>(true);
same<Rest<typeof ours.findUserByEmail>, Rest<typeof contract.findUserByEmail>>(true);
same<ours.Role, contract.Role>(true);
same<Rest<typeof ours.listRoles>, Rest<typeof contract.listRoles>>(true);
same<ours.Change, contract.Change>(true);
same<ours.UserPlan, contract.UserPlan>(true);
same<ours.Who, contract.Who>(true);
same<typeof ours.formatPlan, typeof contract.formatPlan>(true);
same<typeof ours.undoPlan, typeof contract.undoPlan>(true);
same<typeof ours.rejectedRows, typeof contract.rejectedRows>(true);
same<ours.ApplyOptions, contract.ApplyOptions>(true);
same<ours.ApplyResult, contract.ApplyResult>(true);
same<Rest<typeof ours.applyChanges>, Rest<typeof contract.applyChanges>>(true);
same<Rest<typeof ours.streamUsers>, Rest<typeof contract.streamUsers>>(true);
same<ours.CsvOptions, contract.CsvOptions>(true);
same<ours.ExportOptions, contract.ExportOptions>(true);
same<Rest<typeof ours.exportUsersCsv>, Rest<typeof contract.exportUsersCsv>>(true);
same<typeof ours.usersToCsv, typeof contract.usersToCsv>(true);
same<Rest<typeof ours.planUsers>, Rest<typeof contract.planUsers>>(true);
same<Rest<typeof ours.request>, Rest<typeof contract.request>>(true);
same<typeof ours.userAttributes, typeof contract.userAttributes>(true);
same<typeof ours.isDomoError, typeof contract.isDomoError>(true);
same<Parameters<typeof ours.connect>, Parameters<typeof contract.connect>>(true);

// A client has each function that takes `domo`, without that parameter.
same<Parameters<ours.Domo["getUserById"]>, Rest<typeof ours.getUserById>[0]>(true);
same<Parameters<ours.Domo["createUser"]>, Rest<typeof ours.createUser>[0]>(true);
same<Parameters<ours.Domo["getAllUsers"]>, Rest<typeof ours.getAllUsers>[0]>(true);
same<Parameters<ours.Domo["updateUser"]>, Rest<typeof ours.updateUser>[0]>(true);
same<Parameters<ours.Domo["deleteUser"]>, Rest<typeof ours.deleteUser>[0]>(true);
same<Parameters<ours.Domo["searchUsers"]>, Rest<typeof ours.searchUsers>[0]>(true);
same<Parameters<ours.Domo["findUserByEmail"]>, Rest<typeof ours.findUserByEmail>[0]>(true);
same<Parameters<ours.Domo["listRoles"]>, Rest<typeof ours.listRoles>[0]>(true);
same<Parameters<ours.Domo["applyChanges"]>, Rest<typeof ours.applyChanges>[0]>(true);
same<Parameters<ours.Domo["streamUsers"]>, Rest<typeof ours.streamUsers>[0]>(true);
same<Parameters<ours.Domo["exportUsersCsv"]>, Rest<typeof ours.exportUsersCsv>[0]>(true);
same<Parameters<ours.Domo["planUsers"]>, Rest<typeof ours.planUsers>[0]>(true);
same<Parameters<ours.Domo["request"]>, Rest<typeof ours.request>[0]>(true);

// The mock accepts and returns everything in the contract; it may have more.
const options: mock.MockOptions = {} as contract.MockOptions;
const fault: mock.Fault = {} as contract.Fault;
const instance: ReturnType<typeof contract.mockDomo> = mock.mockDomo();
const contractOptions: contract.MockOptions = {} as mock.MockOptions;
const contractFault: contract.Fault = {} as mock.Fault;
void [options, fault, instance, contractOptions, contractFault];

// Checks that the test itself can fail:
// @ts-expect-error
same<ours.User, { id: string }>(true);
// @ts-expect-error
same<Rest<typeof ours.deleteUser>, Rest<typeof contract.updateUser>>(true);
