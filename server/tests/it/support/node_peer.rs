//! Servers that others wrote, run by Node (`end2end/peers`).

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};

use serde_json::Value;

/// A running peer; ends when dropped.
pub struct NodePeer {
    process: Child,
    /// Stays open: the peer goes on writing.
    _output: BufReader<ChildStdout>,
    pub address: String,
}

impl NodePeer {
    /// Starts a script of the folder that `SYNCHRONIZER_TEST_NODE_PEERS` names; `None`
    /// where no folder is named.
    pub fn start(script: &str, options: &Value) -> Option<Self> {
        let folder = PathBuf::from(std::env::var_os("SYNCHRONIZER_TEST_NODE_PEERS")?);
        let mut process = Command::new("node")
            .arg(folder.join(script))
            .arg(options.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut output = BufReader::new(process.stdout.take().unwrap());
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        let said: Value = serde_json::from_str(&line).expect("the peer says its address");
        Some(Self {
            process,
            _output: output,
            address: said["address"].as_str().unwrap().to_owned(),
        })
    }
}

impl Drop for NodePeer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
