export async function run() { throw new Error('not built'); }
