//! Exchange: what it answers over the wire, and to a client that others wrote.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::{Client, Response};
use serde_json::json;
use synchronizer_sandbox::{AutodiscoverRedirect, EXCHANGE_PASSWORD, ExchangeSwitches, System};

use crate::support::{World, world};

const ZOE: &str = "zoe.mueller@nordlicht.example";
const SERVICE: &str = "svc-calendar@nordlicht.example";

impl World {
    fn ews(&self) -> String {
        format!("{}/EWS/Exchange.asmx", self.sandbox.exchange_url())
    }

    async fn soap(&self, user: &str, password: &str, header: &str, body: &str) -> (u16, String) {
        let text = format!(
            "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\" \
             xmlns:m=\"http://schemas.microsoft.com/exchange/services/2006/messages\" \
             xmlns:t=\"http://schemas.microsoft.com/exchange/services/2006/types\">\
             <s:Header><t:RequestServerVersion Version=\"Exchange2013_SP1\"/>{header}</s:Header>\
             <s:Body>{body}</s:Body></s:Envelope>"
        );
        let answer = self
            .http
            .post(self.ews())
            .basic_auth(user, Some(password))
            .header("content-type", "text/xml; charset=utf-8")
            .body(text)
            .send()
            .await
            .unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }

    async fn calendar(&self, user: &str, password: &str, header: &str) -> (u16, String) {
        self.soap(user, password, header, CALENDAR).await
    }

    async fn pox(&self, address: &str) -> Response {
        self.http
            .post(format!("{}/autodiscover/autodiscover.xml", self.sandbox.exchange_url()))
            .basic_auth(ZOE, Some(EXCHANGE_PASSWORD))
            .body(format!(
                "<Autodiscover xmlns=\"http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006\">\
                 <Request><EMailAddress>{address}</EMailAddress></Request></Autodiscover>"
            ))
            .send()
            .await
            .unwrap()
    }

    fn exchange(&self, switches: ExchangeSwitches) {
        self.sandbox.control().set_exchange(switches);
    }
}

const CALENDAR: &str = "<m:GetFolder><m:FolderShape><t:BaseShape>IdOnly</t:BaseShape></m:FolderShape>\
     <m:FolderIds><t:DistinguishedFolderId Id=\"calendar\"/></m:FolderIds></m:GetFolder>";

fn acting_as(address: &str) -> String {
    format!(
        "<t:ExchangeImpersonation><t:ConnectingSID><t:PrimarySmtpAddress>{address}</t:PrimarySmtpAddress>\
         </t:ConnectingSID></t:ExchangeImpersonation>"
    )
}

fn resolve(entry: &str) -> String {
    format!(
        "<m:ResolveNames ReturnFullContactData=\"true\" SearchScope=\"ActiveDirectory\">\
         <m:UnresolvedEntry>{entry}</m:UnresolvedEntry></m:ResolveNames>"
    )
}

#[tokio::test]
async fn the_three_ways_to_write_a_name_open_the_calendar() {
    let world = world().await;
    for user in ["zoe.mueller", "NORDLICHT\\zoe.mueller", ZOE] {
        let (status, answer) = world.calendar(user, EXCHANGE_PASSWORD, "").await;
        assert_eq!(status, 200, "{answer}");
        assert!(
            answer.contains("AAMk.zoe.mueller@nordlicht.example.calendar"),
            "{answer}"
        );
    }
    let requests = world.sandbox.control().requests();
    assert!(requests.iter().all(|one| {
        one.system == System::Exchange && one.path == "/EWS/Exchange.asmx GetFolder"
    }));
}

#[tokio::test]
async fn wrong_disabled_and_locked_accounts_are_refused_alike() {
    let world = world().await;
    for (user, password) in [
        (ZOE, "wrong"),
        ("torbjorn.ahl@nordlicht.example", EXCHANGE_PASSWORD),
        ("nobody@nordlicht.example", EXCHANGE_PASSWORD),
        ("FJORDKRAFT\\zoe.mueller", EXCHANGE_PASSWORD),
    ] {
        assert_eq!(world.calendar(user, password, "").await.0, 401, "{user}");
    }
    for _ in 0..4 {
        world.calendar(ZOE, "wrong", "").await;
    }
    assert_eq!(
        world.calendar(ZOE, EXCHANGE_PASSWORD, "").await.0,
        401,
        "locked"
    );
    world.sandbox.control().reset();
    assert_eq!(world.calendar(ZOE, EXCHANGE_PASSWORD, "").await.0, 200);
    world.exchange(ExchangeSwitches {
        locked: [ZOE.to_owned()].into(),
        ..ExchangeSwitches::default()
    });
    assert_eq!(world.calendar(ZOE, EXCHANGE_PASSWORD, "").await.0, 401);
    world.exchange(ExchangeSwitches {
        passwords: [(ZOE.to_owned(), "new".to_owned())].into(),
        ..ExchangeSwitches::default()
    });
    assert_eq!(world.calendar(ZOE, EXCHANGE_PASSWORD, "").await.0, 401);
    assert_eq!(world.calendar(ZOE, "new", "").await.0, 200);
}

#[tokio::test]
async fn impersonation_needs_the_role_and_ends_at_the_company() {
    let world = world().await;
    let zoe = acting_as(ZOE);
    let (status, answer) = world.calendar(SERVICE, EXCHANGE_PASSWORD, &zoe).await;
    assert_eq!(status, 200);
    assert!(answer.contains("AAMk.zoe.mueller@nordlicht.example.calendar"));
    for (user, address, code) in [
        (
            "svc-plain@nordlicht.example",
            ZOE,
            "ErrorImpersonateUserDenied",
        ),
        (
            "svc-calendar@fjordkraft.example",
            ZOE,
            "ErrorImpersonateUserDenied",
        ),
        (
            SERVICE,
            "nobody@nordlicht.example",
            "ErrorNonExistentMailbox",
        ),
        (
            SERVICE,
            "torbjorn.ahl@nordlicht.example",
            "ErrorImpersonationFailed",
        ),
    ] {
        let (status, answer) = world
            .calendar(user, EXCHANGE_PASSWORD, &acting_as(address))
            .await;
        assert_eq!(status, 500, "{answer}");
        assert!(answer.contains(&format!("a:{code}")), "{user} {answer}");
    }
}

#[tokio::test]
async fn people_are_resolved_in_the_own_company() {
    let world = world().await;
    let find = async |user: &str, entry: &str| {
        world
            .soap(user, EXCHANGE_PASSWORD, "", &resolve(entry))
            .await
            .1
    };
    let one = find(SERVICE, "zo").await;
    assert!(
        one.contains("ResponseClass=\"Success\"") && one.contains("SMTP:zoe.mueller@"),
        "{one}"
    );
    let several = find(SERVICE, "m").await;
    assert!(
        several.contains("ErrorNameResolutionMultipleResults"),
        "{several}"
    );
    assert!(several.contains("ResponseClass=\"Warning\""));
    let alias = find(SERVICE, "smtp:guenther.oeztuerk@nordlicht.example").await;
    assert!(
        alias.contains("<t:EmailAddress>g.oeztuerk@nordlicht.example"),
        "{alias}"
    );
    assert!(
        find(SERVICE, "print")
            .await
            .contains("ErrorNameResolutionNoResults")
    );
    assert!(find(SERVICE, "alle").await.contains("PublicDL"));
    let foreign = find("svc-calendar@fjordkraft.example", "zo").await;
    assert!(
        foreign.contains("ErrorNameResolutionNoResults"),
        "{foreign}"
    );
    let missing = world
        .calendar("print.oslo@nordlicht.example", EXCHANGE_PASSWORD, "")
        .await;
    assert!(
        missing.1.contains("ErrorMissingEmailAddress"),
        "{}",
        missing.1
    );
}

#[tokio::test]
async fn a_directory_is_searched_page_by_page() {
    let world = world().await;
    let ask = |offset: u32, query: &str| {
        format!(
            "<m:FindPeople><m:PersonaShape><t:BaseShape>IdOnly</t:BaseShape></m:PersonaShape>\
             <m:IndexedPageItemView MaxEntriesReturned=\"2\" Offset=\"{offset}\" BasePoint=\"Beginning\"/>\
             <m:ParentFolderId><t:DistinguishedFolderId Id=\"directory\"/></m:ParentFolderId>\
             <m:QueryString>{query}</m:QueryString></m:FindPeople>"
        )
    };
    let first = world
        .soap(SERVICE, EXCHANGE_PASSWORD, "", &ask(0, "m"))
        .await
        .1;
    let next = world
        .soap(SERVICE, EXCHANGE_PASSWORD, "", &ask(2, "m"))
        .await
        .1;
    assert_eq!(first.matches("<t:Persona>").count(), 2, "{first}");
    assert!(next.matches("<t:Persona>").count() >= 1 && first != next);
    let empty = world
        .soap(SERVICE, EXCHANGE_PASSWORD, "", &ask(0, ""))
        .await;
    assert_eq!(empty.0, 500);
}

#[tokio::test]
async fn switches_make_it_busy_or_take_a_way_to_sign_in() {
    let world = world().await;
    world.exchange(ExchangeSwitches {
        busy_ms: Some(30_000),
        ..ExchangeSwitches::default()
    });
    let (status, busy) = world.calendar(ZOE, EXCHANGE_PASSWORD, "").await;
    assert_eq!(status, 500);
    assert!(
        busy.contains("<t:Value Name=\"BackOffMilliseconds\">30000</t:Value>"),
        "{busy}"
    );
    world.exchange(ExchangeSwitches {
        basic_disabled: true,
        ..ExchangeSwitches::default()
    });
    let refused = world
        .http
        .post(world.ews())
        .basic_auth(ZOE, Some(EXCHANGE_PASSWORD))
        .send()
        .await
        .unwrap();
    let offers: Vec<_> = refused
        .headers()
        .get_all("www-authenticate")
        .iter()
        .collect();
    assert_eq!(offers, ["Negotiate", "NTLM"]);
    world
        .sandbox
        .control()
        .set_unavailable(System::Exchange, true);
    assert_eq!(world.calendar(ZOE, EXCHANGE_PASSWORD, "").await.0, 503);
}

#[tokio::test]
async fn what_is_no_request_gets_a_fault() {
    let world = world().await;
    for body in ["", "<m:GetItem/>", "<GetFolder/>", "<m:ResolveNames/>"] {
        let (status, answer) = world.soap(ZOE, EXCHANGE_PASSWORD, "", body).await;
        assert_eq!(status, 500, "{body}");
        assert!(answer.contains("s:Fault"), "{body}");
    }
}

#[tokio::test]
async fn ntlm_is_challenged_on_the_connection_and_proves_nothing_on_another() {
    let world = world().await;
    let mut negotiate = b"NTLMSSP\0\x01\0\0\0".to_vec();
    negotiate.extend(0xA208_8207_u32.to_le_bytes());
    negotiate.extend([0; 16]);
    let ask = async |token: &[u8]| {
        // A client has its own connections.
        let client = Client::builder().build().unwrap();
        let header = format!("NTLM {}", STANDARD.encode(token));
        let sent = client.post(world.ews()).header("authorization", header);
        sent.send().await.unwrap()
    };
    let first = ask(&negotiate).await;
    assert_eq!(first.status(), 401);
    let offer = first.headers()["www-authenticate"].to_str().unwrap();
    let message = STANDARD
        .decode(offer.strip_prefix("NTLM ").unwrap())
        .unwrap();
    assert_eq!(message[8], 2);
    let again = ask(&negotiate).await;
    assert_ne!(
        again.headers()["www-authenticate"],
        offer,
        "a fresh challenge"
    );
    let mut proof = message;
    proof[8] = 3;
    assert_eq!(
        ask(&proof).await.status(),
        401,
        "a response without a challenge"
    );
}

#[tokio::test]
async fn autodiscover_answers_redirects_and_refuses() {
    let world = world().await;
    let settings = world.pox(ZOE).await.text().await.unwrap();
    assert!(
        settings.contains(&format!("<EwsUrl>{}</EwsUrl>", world.ews())),
        "{settings}"
    );
    let unknown = world
        .pox("nobody@nordlicht.example")
        .await
        .text()
        .await
        .unwrap();
    assert!(unknown.contains("<ErrorCode>500</ErrorCode>"));
    world.exchange(ExchangeSwitches {
        autodiscover_redirect: AutodiscoverRedirect::Address,
        ..ExchangeSwitches::default()
    });
    let moved = world
        .pox("guenther.oeztuerk@nordlicht.example")
        .await
        .text()
        .await
        .unwrap();
    assert!(
        moved.contains("<RedirectAddr>g.oeztuerk@nordlicht.example</RedirectAddr>"),
        "{moved}"
    );
    world.exchange(ExchangeSwitches {
        autodiscover_redirect: AutodiscoverRedirect::Endless,
        ..ExchangeSwitches::default()
    });
    assert_eq!(world.pox(ZOE).await.status(), 302);
    world.exchange(ExchangeSwitches {
        autodiscover_off: true,
        ..ExchangeSwitches::default()
    });
    assert_eq!(world.pox(ZOE).await.status(), 404);
    world.sandbox.control().reset();
    let base = world.sandbox.exchange_url();
    let path = format!("{base}/autodiscover/autodiscover.json/v1.0/zoe%40x.example?Protocol=EWS");
    assert_eq!(
        world.get_json(&path).await,
        json!({ "Protocol": "Ews", "Url": world.ews() })
    );
    let wrong = world.get(&format!(
        "{base}/autodiscover/autodiscover.json?Email=a@b.c&Protocol=x"
    ));
    assert_eq!(wrong.send().await.unwrap().status(), 400);
}
