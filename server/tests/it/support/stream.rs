//! What an open page listens to.

use std::time::Duration;

use reqwest::Response;
use synchronizer_testkit::Browser;

/// The stream of a signed-in browser.
pub struct Stream {
    response: Response,
    seen: String,
}

impl Stream {
    pub async fn open(browser: &Browser, address: &str) -> Self {
        let response = browser
            .client()
            .get(address)
            .header("accept", "text/event-stream")
            .send()
            .await
            .unwrap();
        assert_eq!(response.status().as_u16(), 200);
        assert!(
            response.headers()["content-type"]
                .to_str()
                .unwrap()
                .starts_with("text/event-stream")
        );
        Self {
            response,
            seen: String::new(),
        }
    }

    /// The number in the next change notice.
    pub async fn next(&mut self) -> i64 {
        let wait = async {
            loop {
                if let Some((event, rest)) = self.seen.split_once("\n\n") {
                    let event = event.to_owned();
                    self.seen = rest.to_owned();
                    if event.contains("event: change") {
                        let data = event
                            .lines()
                            .find_map(|line| line.strip_prefix("data: "))
                            .unwrap();
                        return data.parse().unwrap();
                    }
                    continue;
                }
                let chunk = self
                    .response
                    .chunk()
                    .await
                    .unwrap()
                    .expect("the stream ended");
                self.seen.push_str(std::str::from_utf8(&chunk).unwrap());
            }
        };
        tokio::time::timeout(Duration::from_secs(10), wait)
            .await
            .expect("no change notice")
    }

    /// Waits until the notice of this version, or a later one, was heard.
    pub async fn reaches(&mut self, version: i64) {
        while self.next().await < version {}
    }

    /// Whether nothing comes for a while.
    pub async fn is_silent(&mut self, time: Duration) -> bool {
        let nothing = tokio::time::timeout(time, self.response.chunk()).await;
        nothing.is_err() && self.seen.is_empty()
    }
}
