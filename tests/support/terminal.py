# Runs a command in a terminal: python3 terminal.py COLUMNS both|stdout COMMAND…
# What the command prints comes out on stdout. With "stdout" only that is the terminal; stdin and stderr are those of this process.
import fcntl, os, pty, select, struct, subprocess, sys, termios

columns, which, command = int(sys.argv[1]), sys.argv[2], sys.argv[3:]
master, slave = pty.openpty()
fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
settings = termios.tcgetattr(slave)
settings[1] &= ~termios.OPOST  # line ends as they were written
termios.tcsetattr(slave, termios.TCSANOW, settings)
both = which == "both"

def take_terminal():  # so that Ctrl-C reaches the command
    fcntl.ioctl(slave, termios.TIOCSCTTY, 0)

child = subprocess.Popen(
    command, stdin=slave if both else None, stdout=slave, stderr=slave if both else None,
    start_new_session=both, preexec_fn=take_terminal if both else None,
)
os.close(slave)
sources = [master] + ([0] if both else [])
while True:
    ready, _, _ = select.select(sources, [], [], 0.05)
    for source in ready:
        try:
            data = os.read(source, 65536)
        except OSError:
            data = b""
        if source == 0:
            if data:
                os.write(master, data)
            else:
                sources.remove(0)
        elif data:
            os.write(1, data)
        else:
            sys.exit(child.wait() & 0xff)
    if not ready and child.poll() is not None:
        sys.exit(child.returncode & 0xff)
