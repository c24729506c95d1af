//! How the loops learn that the process is about to end.

use tokio::sync::watch;

/// Asked once, seen by every loop.
#[derive(Debug)]
pub struct Stop(watch::Sender<bool>);

impl Default for Stop {
    fn default() -> Self {
        Self(watch::Sender::new(false))
    }
}

impl Stop {
    /// Asks every loop to end where it can be left.
    pub fn ask(&self) {
        self.0.send_replace(true);
    }

    /// Whether it was asked.
    pub fn asked(&self) -> bool {
        *self.0.borrow()
    }

    /// Returns once it is asked.
    pub async fn wait(&self) {
        // The sender is ours, so it can't be gone while we wait.
        let _ = self.0.subscribe().wait_for(|asked| *asked).await;
    }
}
