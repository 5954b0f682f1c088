//! Link several where the address book cannot be listed: it is asked for each address while
//! the batch goes on, patiently, and every pair has its result.

use std::collections::BTreeMap;
use std::time::Duration;

use synchronizer_domain::Clock;
use synchronizer_domain::ErrorCode;
use synchronizer_domain::bulk::{BatchRowState, BatchView, SeveralView};
use synchronizer_domain::import::ImportView;
use synchronizer_sandbox::{ExchangeSwitches, System};
use synchronizer_testkit::Browser;

use crate::support::{Api, RENEE, TestApp, ZOE, ZOE_MAIL, person, says, signed_up_admin, tested};

async fn plant(api: &Api<'_>) -> String {
    let profile = api.create_profile("exchange").await;
    let report = tested(api, &profile, &[]).await;
    assert!(report.passed(), "{report:?}");
    api.finish_profile(&profile, "Plant").await;
    api.people(&profile, "crm").await;
    profile
}

fn questions(app: &TestApp) -> usize {
    let requests = app.sandbox.control().requests();
    let exchange = |one: &&synchronizer_sandbox::RecordedRequest| one.system == System::Exchange;
    requests.iter().filter(exchange).count()
}

async fn start() -> (TestApp, Browser) {
    let app = TestApp::start().await;
    let admin = signed_up_admin(&app).await;
    (app, admin)
}

#[tokio::test]
async fn everybody_is_looked_up_by_address_and_each_has_a_result() {
    let (app, admin) = start().await;
    let api = Api {
        app: &app,
        browser: &admin,
    };
    let profile = plant(&api).await;
    let view: SeveralView = api.ok("linking/several", &[("profile", &profile)]).await;
    assert!(view.read_at.is_some());
    let asked: BTreeMap<&str, &str> = view
        .pairs
        .iter()
        .filter(|pair| pair.asked_later)
        .map(|pair| (pair.crm.name.as_str(), pair.calendar.email.as_str()))
        .collect();
    assert_eq!(asked.get(ZOE), Some(&ZOE_MAIL));
    assert!(asked.contains_key(RENEE));
    // Nothing was asked by looking.
    let before = questions(&app);
    let crm = api.people(&profile, "crm").await;
    let mut pairs: Vec<(String, String)> = view
        .pairs
        .iter()
        .map(|pair| (pair.crm.id.to_string(), pair.calendar.id.to_string()))
        .collect();
    assert_eq!(questions(&app), before);
    let nobody = "nobody.here@nordlicht.example";
    let torbjorn = crm.iter().find(|one| one.email.is_empty()).unwrap();
    pairs.push((torbjorn.key.clone(), nobody.to_owned()));
    let count = u32::try_from(pairs.len()).unwrap();
    api.link_several(&profile, &pairs).await;
    let batch = api.wait_for_batch(&profile).await;
    assert_eq!(batch.total(), count);
    let reasons: Vec<_> = batch
        .lines
        .iter()
        .filter_map(|line| line.reason.clone())
        .collect();
    let missing = ErrorCode::NotInAddressBook {
        value: nobody.to_owned(),
    };
    assert!(reasons.contains(&missing), "{reasons:?}");
    let links = api.links(&profile).await;
    assert_eq!(
        u32::try_from(links.len()).unwrap(),
        batch.count(BatchRowState::Done)
    );
    let zoe = links.iter().find(|row| row.crm.name == ZOE).unwrap();
    assert_eq!(zoe.calendar.email, ZOE_MAIL);
    assert_ne!(
        zoe.calendar.name, ZOE_MAIL,
        "the address book's name is kept"
    );

    // The same again asks nobody and changes nothing.
    let before = questions(&app);
    let known: Vec<_> = links
        .iter()
        .map(|row| (row.crm.id.to_string(), row.calendar.id.to_string()))
        .collect();
    api.link_several(&profile, &known).await;
    let again = api.wait_for_batch(&profile).await;
    assert_eq!(again.count(BatchRowState::Already), again.total());
    assert_eq!(questions(&app), before);
}

#[tokio::test]
async fn a_list_may_name_addresses_that_only_the_address_book_knows() {
    let (app, admin) = start().await;
    let api = Api {
        app: &app,
        browser: &admin,
    };
    let profile = plant(&api).await;
    let list = api.paste(&profile, &format!("{ZOE};{ZOE_MAIL}")).await;
    let arguments = [("profile", profile.as_str()), ("import", list.as_str())];
    let view: ImportView = api.ok("linking/import", &arguments).await;
    let seen = view.checked.unwrap();
    assert!(view.lists_read && seen.right[0].asked_later, "{seen:?}");
    assert_eq!(
        api.call("linking/link-import", &arguments).await.status,
        200
    );
    let batch = api.wait_for_batch(&profile).await;
    assert_eq!(batch.count(BatchRowState::Done), 1, "{batch:?}");
    let view: ImportView = api.ok("linking/import", &arguments).await;
    assert_eq!(view.checked.unwrap().already, 1);
}

#[tokio::test]
async fn a_busy_server_is_left_alone_and_the_batch_goes_on_afterwards() {
    let (app, admin) = start().await;
    let api = Api {
        app: &app,
        browser: &admin,
    };
    let profile = plant(&api).await;
    let crm = api.people(&profile, "crm").await;
    let pairs: Vec<_> = [ZOE, RENEE]
        .map(|name| person(&crm, name))
        .map(|one| (one.key.clone(), one.email.clone()))
        .into();
    app.sandbox.control().set_exchange(ExchangeSwitches {
        busy_ms: Some(60_000),
        ..ExchangeSwitches::default()
    });
    let before = questions(&app);
    api.link_several(&profile, &pairs).await;
    while questions(&app) == before {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let look = async || {
        let batch: Option<BatchView> = api.ok("linking/batch", &[("profile", &profile)]).await;
        batch.unwrap()
    };
    // Whoever looks reads for whom it waits, and until when.
    let waiting = loop {
        let seen = look().await;
        if seen.waits_until.is_some() {
            break seen;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    };
    assert_eq!(
        (waiting.count(BatchRowState::Waiting), waiting.ended_at),
        (2, None)
    );
    let wait = waiting.waits_until.unwrap().since(app.clock.now());
    assert!((30..=60).contains(&wait.as_secs()), "{wait:?}");
    let page = app.url(&format!("/profiles/{profile}/link-several"));
    let page = admin.open(&page).await.unwrap();
    says(&page, 200, &["Waiting for Exchange, which is busy"]);
    app.sandbox
        .control()
        .set_exchange(ExchangeSwitches::default());
    for _ in 0..200 {
        if look().await.ended_at.is_some() {
            break;
        }
        // The minute that the server asked for.
        app.clock.advance(Duration::from_secs(61));
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let ended = look().await;
    assert_eq!(ended.count(BatchRowState::Done), 2, "{ended:?}");
    assert_eq!(ended.waits_until, None);
}

#[tokio::test]
async fn a_refused_password_is_tried_once_for_a_whole_batch() {
    let (app, admin) = start().await;
    let api = Api {
        app: &app,
        browser: &admin,
    };
    let profile = plant(&api).await;
    let crm = api.people(&profile, "crm").await;
    let pairs: Vec<_> = crm
        .iter()
        .filter(|one| one.active && !one.email.is_empty())
        .map(|one| (one.key.clone(), one.email.clone()))
        .collect();
    app.sandbox.control().set_exchange(ExchangeSwitches {
        locked: ["svc-calendar@nordlicht.example".to_owned()].into(),
        ..ExchangeSwitches::default()
    });
    let before = questions(&app);
    api.link_several(&profile, &pairs).await;
    let batch = api.wait_for_batch(&profile).await;
    assert_eq!(batch.count(BatchRowState::Refused), batch.total());
    let refused = |line: &&synchronizer_domain::bulk::BatchLine| {
        line.reason == Some(ErrorCode::DirectoryRefused)
    };
    assert_eq!(batch.lines.iter().filter(refused).count(), pairs.len());
    // One question takes some requests until both sides have proven who they are; the other
    // rows ask nothing.
    assert!(pairs.len() > 6 && questions(&app) - before <= 4);
}
