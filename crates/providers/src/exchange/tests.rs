//! The client against the sandbox's Exchange, over real sockets, also with TLS.

use std::process::Command;
use std::sync::Arc;

use synchronizer_domain::rng::SeededRng;
use synchronizer_sandbox::{
    AutodiscoverRedirect, EXCHANGE_PASSWORD, ExchangeSwitches, Sandbox, SandboxOptions,
    System as Stand, start,
};

use super::*;
use crate::guard::OutboundPolicy;
use crate::test_support::{NameServer, clock, secret};

const ZOE: &str = "zoe.mueller@nordlicht.example";
const SERVICE: &str = "svc-calendar@nordlicht.example";

fn client(networks: &[&str], dns: Option<std::net::SocketAddr>) -> Exchange {
    let guard = GuardedClient::new(OutboundPolicy {
        allow_networks: networks.iter().map(|net| net.parse().unwrap()).collect(),
        extra_ca: None,
        dns_server: dns,
    })
    .unwrap();
    Exchange::new(guard, clock(), Arc::new(SeededRng::new(3)))
}

struct Scene {
    sandbox: Sandbox,
    exchange: Exchange,
    password: SecretString,
}

impl Scene {
    async fn new() -> Self {
        Self {
            sandbox: start(SandboxOptions::default()).await.unwrap(),
            exchange: client(&["127.0.0.0/8"], None),
            password: secret(EXCHANGE_PASSWORD),
        }
    }

    fn set(&self, switches: ExchangeSwitches) {
        self.sandbox.control().set_exchange(switches);
    }

    fn ews(&self) -> Url {
        Url::parse(&format!(
            "{}/EWS/Exchange.asmx",
            self.sandbox.exchange_url()
        ))
        .unwrap()
    }

    fn login<'a>(&'a self, username: &'a str, acting_as: Option<&'a str>) -> ExchangeLogin<'a> {
        ExchangeLogin {
            username,
            password: &self.password,
            acting_as,
        }
    }

    async fn calendar(
        &self,
        login: &ExchangeLogin<'_>,
        mailbox: &str,
    ) -> Result<RemoteCalendar, ProviderError> {
        self.exchange.calendar(&self.ews(), mailbox, login).await
    }

    async fn find(&self, typed: &str, email: &str) -> Result<FoundServer, ProviderError> {
        self.exchange
            .find_server(typed, email, &self.login(email, None))
            .await
    }

    /// Requests that the server answered with 401 to a proof.
    fn refusals(&self) -> usize {
        let requests = self.sandbox.control().requests();
        requests.iter().filter(|one| one.status == 401).count()
    }
}

fn kind<T: std::fmt::Debug>(outcome: Result<T, ProviderError>) -> ErrorKind {
    outcome.unwrap_err().kind().clone()
}

#[tokio::test]
async fn both_ways_to_sign_in_open_the_calendar_with_every_spelling_of_the_name() {
    let scene = Scene::new().await;
    for switches in [
        ExchangeSwitches {
            basic_disabled: true,
            ..ExchangeSwitches::default()
        },
        ExchangeSwitches {
            ntlm_disabled: true,
            ..ExchangeSwitches::default()
        },
    ] {
        scene.set(switches);
        for user in ["zoe.mueller", "NORDLICHT\\zoe.mueller", ZOE] {
            let found = scene.calendar(&scene.login(user, None), ZOE).await.unwrap();
            assert!(found.id.as_str().contains(ZOE));
            assert_eq!((found.name.as_str(), found.writable), ("Calendar", true));
        }
    }
}

#[tokio::test]
async fn a_wrong_password_is_tried_once_each_way_and_no_more() {
    let mut scene = Scene::new().await;
    scene.password = secret("wrong");
    let refused = scene.calendar(&scene.login(ZOE, None), ZOE).await;
    assert_eq!(kind(refused), ErrorKind::NeedsPerson);
    // Without a proof, the challenge, the NTLM proof, the Basic one.
    assert_eq!(scene.refusals(), 4);
    scene.sandbox.control().reset();
    scene.set(ExchangeSwitches {
        basic_disabled: true,
        ..ExchangeSwitches::default()
    });
    let refused = scene.calendar(&scene.login(ZOE, None), ZOE).await;
    assert_eq!(refused.unwrap_err().detail(), "HTTP 401 (NTLM)");
    assert_eq!(scene.refusals(), 3);
}

#[tokio::test]
async fn impersonation_opens_the_mailbox_it_names_or_says_who_must_act() {
    let scene = Scene::new().await;
    let found = scene
        .calendar(&scene.login(SERVICE, Some(ZOE)), ZOE)
        .await
        .unwrap();
    assert!(found.id.as_str().contains(ZOE));
    for (user, mailbox, expected) in [
        ("svc-plain@nordlicht.example", ZOE, ErrorKind::AdminApproval),
        (
            SERVICE,
            "torbjorn.ahl@nordlicht.example",
            ErrorKind::AdminApproval,
        ),
        (SERVICE, "nobody@nordlicht.example", ErrorKind::NotFound),
    ] {
        let refused = scene
            .calendar(&scene.login(user, Some(mailbox)), mailbox)
            .await;
        assert_eq!(kind(refused), expected, "{user} {mailbox}");
    }
}

#[tokio::test]
async fn the_calendar_of_another_mailbox_is_not_opened() {
    let scene = Scene::new().await;
    let other = scene
        .calendar(&scene.login(ZOE, None), "noel.damico@nordlicht.example")
        .await;
    assert_eq!(kind(other), ErrorKind::WrongAccount);
    let none = scene
        .calendar(&scene.login(ZOE, None), "nobody@nordlicht.example")
        .await;
    assert_eq!(kind(none), ErrorKind::WrongAccount);
}

#[tokio::test]
async fn people_are_found_with_their_aliases_and_without_groups() {
    let scene = Scene::new().await;
    let login = scene.login(SERVICE, None);
    let ews = scene.ews();
    let search = async |text: &str| scene.exchange.search(&ews, text, &login).await.unwrap();
    let found = search("günt").await;
    assert_eq!(found.people.len(), 1);
    let guenther = &found.people[0];
    assert_eq!(guenther.id.as_str(), "g.oeztuerk@nordlicht.example");
    assert!(
        guenther
            .aliases
            .contains(&"guenther.oeztuerk@nordlicht.example".to_owned())
    );
    assert!(search("m").await.people.len() > 1);
    assert!(
        search("alle")
            .await
            .people
            .iter()
            .all(|person| person.name != "Alle Kollegen")
    );
    assert!(search("nobody of this name").await.people.is_empty());
    assert!(search("<&\"'>").await.people.is_empty());
    let alias = "guenther.oeztuerk@nordlicht.example";
    let person = scene.exchange.person(&ews, alias, &login).await.unwrap();
    assert_eq!(person.as_ref(), Some(guenther));
    assert_eq!(
        scene
            .exchange
            .person(&ews, "no@b.example", &login)
            .await
            .unwrap(),
        None
    );
    scene.exchange.sign_in(&ews, &login).await.unwrap();
}

#[tokio::test]
async fn outages_and_throttling_ask_nobody_for_a_password() {
    let scene = Scene::new().await;
    scene.set(ExchangeSwitches {
        busy_ms: Some(2_500),
        ..ExchangeSwitches::default()
    });
    let busy = scene.calendar(&scene.login(ZOE, None), ZOE).await;
    let wait = Some(std::time::Duration::from_millis(2_500));
    assert_eq!(kind(busy), ErrorKind::Throttled { retry_after: wait });
    scene
        .sandbox
        .control()
        .set_unavailable(Stand::Exchange, true);
    let down = scene.calendar(&scene.login(ZOE, None), ZOE).await;
    assert!(matches!(
        kind(down),
        ErrorKind::Throttled { .. } | ErrorKind::Unavailable
    ));
    let nobody = Url::parse("http://127.0.0.1:9/EWS/Exchange.asmx").unwrap();
    let gone = scene
        .exchange
        .calendar(&nobody, ZOE, &scene.login(ZOE, None))
        .await;
    assert_eq!(kind(gone), ErrorKind::Unavailable);
}

#[tokio::test]
async fn forbidden_addresses_and_clear_text_are_refused_before_a_password_is_shown() {
    let scene = Scene::new().await;
    let strict = client(&[], None);
    let login = scene.login(ZOE, None);
    let refused = strict.calendar(&scene.ews(), ZOE, &login).await;
    assert_eq!(kind(refused), ErrorKind::AddressForbidden);
    for address in [
        "http://169.254.169.254/EWS/Exchange.asmx",
        "https://10.0.0.1/e",
        "https://[::1]/e",
    ] {
        let url = Url::parse(address).unwrap();
        assert_eq!(
            kind(strict.calendar(&url, ZOE, &login).await),
            ErrorKind::AddressForbidden
        );
    }
    assert!(scene.sandbox.control().requests().is_empty());
    let colon = scene.login("a:b", None);
    assert_eq!(
        kind(scene.calendar(&colon, ZOE).await),
        ErrorKind::NeedsPerson
    );
}

#[tokio::test]
async fn a_server_is_found_by_what_was_typed() {
    let scene = Scene::new().await;
    let base = scene.sandbox.exchange_url().to_owned();
    let found = scene.find(&base, ZOE).await.unwrap();
    assert_eq!(found.ews, scene.ews());
    assert_eq!(found.tried.len(), 1, "{:?}", found.tried);
    let direct = scene.find(scene.ews().as_str(), ZOE).await.unwrap();
    assert_eq!((direct.ews, direct.tried.len()), (scene.ews(), 0));
    scene.set(ExchangeSwitches {
        autodiscover_off: true,
        ..ExchangeSwitches::default()
    });
    let usual = scene.find(&base, ZOE).await.unwrap();
    assert_eq!(usual.ews, scene.ews());
    assert_eq!(usual.tried.len(), 2, "{:?}", usual.tried);
}

#[tokio::test]
async fn redirects_are_followed_to_confirmed_servers_and_never_in_circles() {
    let scene = Scene::new().await;
    let base = scene.sandbox.exchange_url().to_owned();
    let redirect = |how| {
        scene.set(ExchangeSwitches {
            autodiscover_redirect: how,
            ..ExchangeSwitches::default()
        });
    };
    redirect(AutodiscoverRedirect::Address);
    let alias = "guenther.oeztuerk@nordlicht.example";
    let login = scene.login("g.oeztuerk@nordlicht.example", None);
    let found = scene
        .exchange
        .find_server(&base, alias, &login)
        .await
        .unwrap();
    assert_eq!(found.email, "g.oeztuerk@nordlicht.example");
    redirect(AutodiscoverRedirect::Endless);
    let circles = scene.find(&base, ZOE).await;
    // The usual address is taken then, and proves itself when it is used.
    assert!(
        circles
            .unwrap()
            .tried
            .iter()
            .any(|line| line.contains("circles"))
    );
    redirect(AutodiscoverRedirect::Url);
    let elsewhere = scene.find(&base, ZOE).await.unwrap_err();
    assert_eq!(elsewhere.kind(), &ErrorKind::NotACalendarServer);
    assert!(
        elsewhere
            .detail()
            .contains("autodiscover.elsewhere.example"),
        "{elsewhere}"
    );
}

#[tokio::test]
async fn exchange_online_is_recognised_without_a_request() {
    let exchange = client(&[], None);
    let password = secret("x");
    let login = ExchangeLogin {
        username: ZOE,
        password: &password,
        acting_as: None,
    };
    let cloud = exchange
        .find_server("outlook.office365.com", ZOE, &login)
        .await;
    assert_eq!(kind(cloud), ErrorKind::ExchangeOnline);
}

#[tokio::test]
async fn a_domain_alone_is_looked_up_in_the_documented_order() {
    let server = NameServer::start(&[(
        "_autodiscover._tcp.search.example",
        "SRV 0 0 443 autodiscover.hoster.example",
    )])
    .await;
    let exchange = client(&[], Some(server.address));
    let password = secret("x");
    let login = ExchangeLogin {
        username: "a",
        password: &password,
        acting_as: None,
    };
    let error = exchange
        .find_server("", "a@search.example", &login)
        .await
        .unwrap_err();
    // The record leads outside of the domain: it is named, and sent nothing.
    assert!(
        error.detail().contains("autodiscover.hoster.example"),
        "{error}"
    );
}

/// Where the schemas and a Python with lxml are at hand: our requests are valid EWS.
#[test]
fn our_requests_follow_the_schema() {
    let (Some(schemas), Some(python)) = (
        std::env::var_os("SYNCHRONIZER_TEST_EWS_SCHEMAS"),
        std::env::var_os("SYNCHRONIZER_TEST_EXCHANGELIB_PYTHON"),
    ) else {
        eprintln!("no EWS schemas: our requests are not checked against them");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let mut files = Vec::new();
    for (number, (acting_as, operation)) in [
        (None, operations::calendar_request("a&b@c.example")),
        (Some(ZOE), operations::resolve_request("smtp:zoe@c.example")),
        (
            Some("o'brien@c.example"),
            operations::people_request("<zoë>"),
        ),
    ]
    .into_iter()
    .enumerate()
    {
        let file = folder.path().join(format!("{number}.xml"));
        std::fs::write(&file, soap::envelope(acting_as, &operation)).unwrap();
        files.push(file);
    }
    let script = "import sys\nfrom lxml import etree\n\
        schema = etree.XMLSchema(etree.parse(sys.argv[1] + '/envelope.xsd'))\n\
        [schema.assertValid(etree.parse(name)) for name in sys.argv[2:]]";
    let output = Command::new(python)
        .args(["-c", script])
        .arg(schemas)
        .args(files)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}
