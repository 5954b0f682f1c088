//! Our own database fails while the providers answer.

use sqlx::{Connection as _, SqliteConnection};

use super::HOUR;
use crate::support::Story;

async fn database(story: &Story) -> SqliteConnection {
    use secrecy::ExposeSecret as _;
    let url = story.app.config.database.url.expose_secret();
    SqliteConnection::connect(url).await.unwrap()
}

/// When a renewed token was kept last.
async fn kept(story: &Story) -> Option<i64> {
    let last = sqlx::query_scalar("SELECT MAX(refreshed_at) FROM grant_tokens");
    last.fetch_one(&mut database(story).await).await.unwrap()
}

/// Makes every attempt to keep a renewed token fail, or lets it work again.
async fn can_keep_tokens(story: &Story, can: bool) {
    let statement = if can {
        "DROP TRIGGER no_room"
    } else {
        "CREATE TRIGGER no_room BEFORE UPDATE ON grant_tokens \
         WHEN NEW.refreshed_at IS NOT OLD.refreshed_at BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END"
    };
    let mut database = database(story).await;
    sqlx::query(statement).execute(&mut database).await.unwrap();
}

#[tokio::test]
async fn an_error_of_our_own_database_asks_nobody_to_sign_in_sc_48() {
    let story = Story::active().await;
    story.settled().await;
    can_keep_tokens(&story, false).await;
    let (before, last) = (story.token_requests(), kept(&story).await);
    story.later(HOUR * 2);
    story.looked(before).await;
    assert_eq!(kept(&story).await, last, "nothing could be kept");
    story.expect("active", None).await;
    assert_eq!(story.grants().await.len(), 2);
    can_keep_tokens(&story, true).await;
    let before = story.token_requests();
    story.later(HOUR * 2);
    story.looked(before).await;
    assert!(kept(&story).await > last);
    story.expect("active", None).await;
    assert_eq!(story.mails(), 1);
    assert_eq!(story.alarms().await, []);
}
