//! The vault's keys are changed while there is data, and the change dies in the middle.

use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::Arc;

use secrecy::SecretString;
use synchronizer_domain::connection::ConnectionReport;
use synchronizer_server::config::Config;
use synchronizer_server::{OsRng, SystemClock, build_core, connect};
use synchronizer_storage::{SealedKey, SealedPlace, Storage};
use synchronizer_storage_sql::COMMITS;
use synchronizer_vault::fresh_key;

use crate::support::{
    Database, MOMENT, Process, Story, TestOptions, ZOE, at_superoffice, environment, raise_knife,
};

/// Run as a process of its own only.
const UNDER_THE_KNIFE: &str = "key_rotation::seals_anew_under_the_knife";

#[tokio::test]
#[ignore = "a process that the stories start and that dies"]
async fn seals_anew_under_the_knife() {
    let moment = std::env::var(MOMENT).unwrap().parse().unwrap();
    let config = Config::load(None).unwrap();
    let storage = connect(&config).await.unwrap();
    let core = build_core(&config, storage, Arc::new(SystemClock), Arc::new(OsRng)).unwrap();
    raise_knife(COMMITS, moment);
    core.rotate_keys(|_| {}).await.unwrap();
}

/// What `synchronizer admin rotate-keys` says.
fn rotate(config: &Config, folder: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_synchronizer"))
        .args(["admin", "rotate-keys"])
        .current_dir(folder)
        .envs(environment(config, folder))
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

/// How many values another key than this one seals, and how many there are at all.
async fn sealed(config: &Config, key: u8) -> (u64, u64) {
    let storage: Arc<dyn Storage> = synchronizer_storage_sql::connect(&config.database.url)
        .await
        .unwrap();
    let mut unit = storage.read().await.unwrap();
    let (mut otherwise, mut all) = (0, 0);
    for place in SealedPlace::ALL {
        otherwise += unit.count_sealed_otherwise(place, key).await.unwrap();
        // Nothing is sealed with key 0.
        all += unit.count_sealed_otherwise(place, 0).await.unwrap();
    }
    (otherwise, all)
}

async fn keys_are_changed(options: TestOptions) {
    let mut story = Story::with(options).await;
    let person = synchronizer_testkit::Browser::new();
    // A half-finished activation: grants, tokens, an attempt under way, a mail that waits.
    let page = story.at_sign_in(&person).await;
    at_superoffice(&person, page, ZOE).await;
    story.app.sandbox.control().set_smtp_stall(true);
    let link = [("link", story.link.as_str())];
    story.api().ok::<()>("linking/resend", &link).await;
    story.app.kill();

    let old = story.app.config.vault.keys.clone();
    let new: SecretString = fresh_key(&OsRng, 7);
    let folder = story.app.folder.path().to_owned();
    let mut config = story.app.config.clone();
    config.vault.keys = [vec![new.clone()], old].concat();
    let (otherwise, all) = sealed(&config, 7).await;
    assert!(all >= 4, "{all} values");
    assert_eq!(otherwise, all);

    // Killed before and after commit after commit, until one comes through.
    let (mut moments, mut left) = (0, otherwise);
    loop {
        let mut process = Process::under_the_knife(UNDER_THE_KNIFE, 2, &config, &folder);
        while !process.has_ended() {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        let (now, still) = sealed(&config, 7).await;
        assert_eq!(still, all, "no value came or went");
        assert!(now <= left, "{now} of {left}");
        if now == left {
            break;
        }
        left = now;
        moments += 1;
    }
    assert!(moments >= 3, "it died {moments} times in the middle");

    let done = rotate(&config, &folder);
    let said = String::from_utf8_lossy(&done.stdout).into_owned();
    assert!(done.status.success(), "{said}");
    assert!(
        said.contains("Everything is sealed with the first key"),
        "{said}"
    );
    assert_eq!(sealed(&config, 7).await, (0, all));

    // The new key alone opens everything: the mail goes out, the person goes on.
    story.app.config.vault.keys = vec![new];
    story.app.sandbox.control().set_smtp_stall(false);
    story.app.restart().await;
    story.app.wait_for_mails(crate::support::ZOE_MAIL, 2).await;
    let report: ConnectionReport = story.api().ok("account/test-crm", &[]).await;
    assert!(report.passed(), "{report:?}");
    let profile = [("profile", story.profile.as_str())];
    let report: ConnectionReport = story.api().ok("profiles/test", &profile).await;
    assert!(report.passed(), "{report:?}");
    story.finish().await;
}

#[tokio::test]
async fn a_change_of_keys_that_dies_in_the_middle_is_gone_on_with_sc_95() {
    keys_are_changed(TestOptions::process()).await;
}

#[tokio::test]
async fn a_change_of_keys_that_dies_in_the_middle_is_gone_on_with_on_postgres_too() {
    let Some(database) = Database::postgres().await else {
        return;
    };
    keys_are_changed(TestOptions {
        database: Some(database.url()),
        ..TestOptions::process()
    })
    .await;
    database.remove().await;
}

#[tokio::test]
async fn a_key_that_is_still_needed_is_named_and_nothing_is_lost() {
    let mut story = Story::with(TestOptions::process()).await;
    story.app.kill();
    let folder = story.app.folder.path().to_owned();
    let mut config = story.app.config.clone();
    config.vault.keys = vec![fresh_key(&OsRng, 7)];
    let before = sealed(&config, 7).await;
    let refused = rotate(&config, &folder);
    assert_eq!(refused.status.code(), Some(1));
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    let wanted = format!("{} value(s) still need another key", before.0);
    assert!(said.contains(&wanted), "{said}");
    assert_eq!(sealed(&config, 7).await, before);
    let storage = synchronizer_storage_sql::connect(&config.database.url).await;
    let mut unit = storage.unwrap().read().await.unwrap();
    let start = SealedKey::default();
    let rows = unit
        .sealed_otherwise(SealedPlace::CrmConnections, 7, &start, 10)
        .await
        .unwrap();
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].value.0[1], 1, "sealed as it was");
}
