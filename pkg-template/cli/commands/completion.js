// domo-users completion
import bash from "../completion/domo-users.bash";
import fish from "../completion/domo-users.fish";
import pwsh from "../completion/domo-users.ps1";
import zsh from "../completion/domo-users.zsh";

const SCRIPTS = { bash, zsh, fish, pwsh };

export async function run(shell) {
  process.stdout.write(SCRIPTS[shell]);
}
