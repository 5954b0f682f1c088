//! Everything that was logged, to look for what must not be there.

use std::io::Write;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

/// The log of this process from the first [`CapturedLogs::start`] on, at every level.
#[derive(Clone, Default)]
pub struct CapturedLogs(Arc<Mutex<Vec<u8>>>);

impl CapturedLogs {
    /// Starts capturing at level TRACE; one capture per process.
    pub fn start() -> Self {
        static CAPTURE: OnceLock<CapturedLogs> = OnceLock::new();
        CAPTURE
            .get_or_init(|| {
                let capture = Self::default();
                let _ = tracing_subscriber::fmt()
                    .with_env_filter(EnvFilter::new("trace"))
                    .with_ansi(false)
                    .with_writer(capture.clone())
                    .try_init();
                capture
            })
            .clone()
    }

    /// The text so far.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap_or_else(PoisonError::into_inner)).into_owned()
    }
}

impl Write for CapturedLogs {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for CapturedLogs {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}
