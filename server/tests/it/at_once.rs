//! An administrator and a person decide about the same link at the same moment, on
//! PostgreSQL, where two writers wait for each other only at the row that both touch:
//! neither takes back what the other decided.

use synchronizer_domain::Clock;
use synchronizer_domain::ids::{LinkId, TenantId};
use synchronizer_storage::UnitOfWork;
use synchronizer_testkit::{Browser, Page};

use crate::support::{Database, Story, TestOptions, ZOE};

/// Zoë at Microsoft's page that asks for her consent.
async fn at_consent(story: &Story, person: &Browser) -> Page {
    let page = story.second_step(person).await;
    let page = person
        .press(&page, "Sign in with Microsoft", &[])
        .await
        .unwrap();
    person.press(&page, ZOE, &[]).await.unwrap()
}

/// The administrator's pause, written and not committed.
async fn pause(story: &Story) -> Box<dyn UnitOfWork> {
    let core = story.app.core();
    let mut unit = core.storage.write().await.unwrap();
    let (tenant, _): (TenantId, i64) = unit.versions().await.unwrap()[0];
    let id: LinkId = story.link.parse().unwrap();
    unit.bump_version(tenant).await.unwrap();
    let mut link = unit.link(tenant, id).await.unwrap().unwrap();
    link.flags.paused_at = Some(story.app.clock.now());
    let stored = unit.set_link_flags(tenant, id, &link.flags).await;
    assert!(stored.unwrap());
    unit
}

#[tokio::test]
async fn a_pause_outlives_what_the_person_finishes_or_breaks_off_meanwhile() {
    for (button, halves) in [("Cancel", 1), ("Accept", 2)] {
        let Some(database) = Database::postgres().await else {
            return;
        };
        let story = Story::with(TestOptions {
            database: Some(database.url()),
            ..TestOptions::default()
        })
        .await;
        let person = Browser::new();
        let page = at_consent(&story, &person).await;
        let unit = pause(&story).await;
        let pressed = async {
            let page = person.press(&page, button, &[]).await.unwrap();
            assert_eq!(page.status, 200, "{}", page.text());
        };
        let committed = async {
            database.wait_for_a_queue().await;
            unit.commit().await.unwrap();
        };
        tokio::join!(pressed, committed);
        assert_eq!(story.row().await.status.state.word(), "paused", "{button}");
        assert_eq!(story.grants().await.len(), halves);
        drop(story);
        database.remove().await;
    }
}
