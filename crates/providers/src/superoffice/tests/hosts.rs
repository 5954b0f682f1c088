//! Hosts that several processes know.

use std::time::Duration;

use async_trait::async_trait;
use synchronizer_domain::Clock;
use synchronizer_domain::clock::FixedClock;

use super::*;
use crate::test_support::{Idp, clock};

/// A book in memory that counts.
#[derive(Debug, Default)]
struct Shelf {
    known: Mutex<HashMap<ContextId, KnownHost>>,
    kept: Mutex<u32>,
}

#[async_trait]
impl HostBook for Shelf {
    async fn host(&self, environment: &str, context: &ContextId) -> Option<KnownHost> {
        assert_eq!(environment, "online.example");
        self.known.lock().unwrap().get(context).cloned()
    }

    async fn keep(&self, _: &str, context: &ContextId, host: &KnownHost) {
        *self.kept.lock().unwrap() += 1;
        let mut known = self.known.lock().unwrap();
        known.insert(context.clone(), host.clone());
    }
}

/// A further process: it shares the book and nothing else.
async fn process(world: &World, shelf: &Arc<Shelf>, time: &Arc<FixedClock>) -> (Idp, SuperOffice) {
    let idp = Idp::start().await;
    let oidc = idp.provider(idp.config(System::SuperOffice), Arc::clone(time));
    let client = SuperOffice::new(
        oidc,
        http::client("test", None).unwrap(),
        format!("{}/api/state/{{ctx}}", world.server.origin()),
        "online.example".to_owned(),
    )
    .with_hosts(Arc::clone(shelf) as Arc<dyn HostBook>);
    (idp, client)
}

async fn read(client: &SuperOffice) -> Result<usize, ProviderError> {
    let (context, access) = (ContextId::new("Cust1"), secret("access-1"));
    let page = client.users(&context, &access, "").await?;
    Ok(page.people.len())
}

fn state_calls(world: &World) -> u32 {
    world.tenant.lock().unwrap().state_calls
}

#[tokio::test]
async fn what_one_process_found_out_every_process_and_restart_uses() {
    let world = world().await;
    world.set(|tenant| tenant.users = vec![user(1)]);
    let (shelf, time) = (Arc::new(Shelf::default()), clock());
    let (_idp, first) = process(&world, &shelf, &time).await;
    let (_idp, second) = process(&world, &shelf, &time).await;
    assert_eq!(read(&first).await.unwrap(), 1);
    assert_eq!(read(&second).await.unwrap(), 1);
    let (_idp, restarted) = process(&world, &shelf, &time).await;
    assert_eq!(read(&restarted).await.unwrap(), 1);
    assert_eq!(state_calls(&world), 1);
    assert_eq!(*shelf.kept.lock().unwrap(), 1);
}

#[tokio::test]
async fn after_a_move_the_host_that_another_process_found_is_used_without_asking() {
    let world = world().await;
    world.set(|tenant| tenant.users = vec![user(1)]);
    let (shelf, time) = (Arc::new(Shelf::default()), clock());
    let (_idp, first) = process(&world, &shelf, &time).await;
    let (_idp, second) = process(&world, &shelf, &time).await;
    assert_eq!(read(&first).await.unwrap(), 1);
    assert_eq!(read(&second).await.unwrap(), 1);
    // The company moves below another path; the old one is misdirected from now on.
    world.set(|tenant| tenant.moved = true);
    assert_eq!(read(&first).await.unwrap(), 1);
    assert_eq!(state_calls(&world), 2);
    assert_eq!(read(&second).await.unwrap(), 1);
    assert_eq!(state_calls(&world), 2, "the first one's finding was used");
}

#[tokio::test]
async fn a_kept_host_that_is_wrong_itself_is_asked_for_again() {
    let world = world().await;
    world.set(|tenant| {
        tenant.users = vec![user(1)];
        tenant.moved = true;
    });
    let (shelf, time) = (Arc::new(Shelf::default()), clock());
    let stale = format!("{}/Cust1/api", world.server.origin());
    let host = KnownHost {
        api: stale.parse().unwrap(),
        until: time.now().plus(Duration::from_secs(3_600)),
    };
    shelf.keep("", &ContextId::new("Cust1"), &host).await;
    let (_idp, client) = process(&world, &shelf, &time).await;
    assert_eq!(read(&client).await.unwrap(), 1);
    assert_eq!(state_calls(&world), 1);
}

#[tokio::test]
async fn when_both_known_hosts_are_wrong_the_state_endpoint_has_the_last_word() {
    let world = world().await;
    world.set(|tenant| tenant.users = vec![user(1)]);
    let (shelf, time) = (Arc::new(Shelf::default()), clock());
    let (_idp, client) = process(&world, &shelf, &time).await;
    assert_eq!(read(&client).await.unwrap(), 1);
    world.set(|tenant| tenant.moved = true);
    let old = format!("{}/old/Cust1/api", world.server.origin());
    let host = KnownHost {
        api: old.parse().unwrap(),
        until: time.now().plus(Duration::from_secs(3_600)),
    };
    shelf.keep("", &ContextId::new("Cust1"), &host).await;
    assert_eq!(read(&client).await.unwrap(), 1);
    assert_eq!(state_calls(&world), 2);
    // Everybody else is told, too.
    let kept = shelf.host("online.example", &ContextId::new("Cust1")).await;
    assert!(kept.unwrap().api.path().starts_with("/moved/"));
}

#[tokio::test]
async fn a_kept_host_holds_no_longer_than_it_was_told() {
    let world = world().await;
    world.set(|tenant| tenant.users = vec![user(1)]);
    let (shelf, time) = (Arc::new(Shelf::default()), clock());
    let (_idp, first) = process(&world, &shelf, &time).await;
    read(&first).await.unwrap();
    // No answer holds for more than a day.
    time.advance(Duration::from_secs(24 * 3_600));
    let (_idp, second) = process(&world, &shelf, &time).await;
    read(&second).await.unwrap();
    assert_eq!(state_calls(&world), 2);
}

#[tokio::test]
async fn a_kept_address_in_clear_is_not_used() {
    let world = world().await;
    world.set(|tenant| tenant.users = vec![user(1)]);
    let (shelf, time) = (Arc::new(Shelf::default()), clock());
    let host = KnownHost {
        api: "http://crm.example/Cust1/api".parse().unwrap(),
        until: time.now().plus(Duration::from_secs(3_600)),
    };
    shelf.keep("", &ContextId::new("Cust1"), &host).await;
    let (_idp, client) = process(&world, &shelf, &time).await;
    assert_eq!(read(&client).await.unwrap(), 1);
    assert_eq!(state_calls(&world), 1);
}
