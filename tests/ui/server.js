/** Which Python serves, where, and a server that a test starts for itself. */

const { execFileSync, spawn } = require('child_process');
const fs = require('fs');
const path = require('path');

const VENV_PYTHON = path.resolve(__dirname, '../../.venv/bin/python');

/** The Python that has jupyter-gov and JupyterLab. */
const python = process.env.JUPYTER_GOV_PYTHON ?? (fs.existsSync(VENV_PYTHON) ? VENV_PYTHON : 'python3');

const serveScript = path.join(__dirname, 'serve.py');

/** Return a port that nobody listens on. */
function freePort() {
  const code = 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])';
  return execFileSync(python, ['-c', code]).toString().trim();
}

/** A Jupyter server that can be stopped, and started again on the same port, folder and store. */
class Server {
  constructor(folder, env = {}) {
    this.folder = folder;
    this.env = env;
    this.port = freePort();
    this.url = `http://127.0.0.1:${this.port}`;
  }

  /** Start it; return when it answers. */
  async start() {
    const env = { ...process.env, ...this.env };
    const log = path.join(this.folder, 'server.log');
    const output = fs.openSync(log, 'w');
    this.process = spawn(python, [serveScript, this.port, this.folder], { env, stdio: ['ignore', output, output] });
    fs.closeSync(output);
    for (let tries = 0; tries < 900 && this.process.exitCode === null; tries++) {
      if ((await fetch(`${this.url}/api`).catch(() => null))?.ok) {
        return;
      }
      await new Promise(resolve => setTimeout(resolve, 200));
    }
    throw new Error(`The server does not start.\n${fs.readFileSync(log)}`);
  }

  /** Stop it with its kernels; return when it is gone. */
  async stop() {
    if (this.process?.exitCode === null) {
      const gone = new Promise(resolve => this.process.once('exit', resolve));
      this.process.kill('SIGTERM');
      await gone;
    }
  }
}

module.exports = { Server, freePort, python, serveScript };
