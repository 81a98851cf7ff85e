// The functions that the second Code Engine file contains. Its desired users are never a stream.
export { planUsersAtOnce as planUsers, applyChanges, findUserByEmail } from "../src/api.js";
