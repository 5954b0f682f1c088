//! *Account*: settings, the CRM connection, administrators, one's own sign-ins.

use reqwest::Method;
use synchronizer_domain::ErrorCode;
use synchronizer_domain::account::AccountView;
use synchronizer_domain::directory::CrmUser;
use synchronizer_domain::session::{Me, Role};
use synchronizer_domain::usecases::ProfileDetail;
use synchronizer_testkit::{Browser, Page};

use crate::support::{
    ADMIN, Api, FOREIGN_ADMIN, HAKON, TestApp, ZOE, ZOE_MAIL, at_superoffice, says, sign_in,
    signed_up_admin, signed_up_foreign_admin,
};

const fn api<'a>(app: &'a TestApp, browser: &'a Browser) -> Api<'a> {
    Api { app, browser }
}

async fn account(app: &TestApp, browser: &Browser) -> AccountView {
    api(app, browser).ok("account/view", &[]).await
}

async fn role(app: &TestApp, browser: &Browser) -> Option<Role> {
    let answer = api(app, browser).call("session/me", &[]).await;
    (answer.status == 200).then(|| answer.read::<Me>().role)
}

#[tokio::test]
async fn new_profiles_begin_with_the_companys_contact_and_language() {
    let app = TestApp::start().await;
    let admin = signed_up_admin(&app).await;
    let api = api(&app, &admin);
    for (contact, locale, fields) in [
        ("nobody", "nb", vec!["contact_email"]),
        ("it@nordlicht.example", "xx", vec!["mail_locale"]),
        ("no body@x", "", vec!["contact_email", "mail_locale"]),
    ] {
        let typed = [("contact_email", contact), ("mail_locale", locale)];
        let wrong = api.call("account/save", &typed).await.wrong();
        let wrong: Vec<_> = wrong.into_iter().map(|(field, _)| field).collect();
        assert_eq!(wrong, fields);
    }
    let typed = [
        ("contact_email", " it@nordlicht.example "),
        ("mail_locale", "da"),
    ];
    api.ok::<()>("account/save", &typed).await;
    let seen = account(&app, &admin).await;
    assert_eq!(seen.settings.contact_email, "it@nordlicht.example");
    let profile = api.create_profile("caldav").await;
    let detail: ProfileDetail = api.ok("profiles/detail", &[("profile", &profile)]).await;
    assert_eq!(detail.settings.contact_email, "it@nordlicht.example");
    assert_eq!(detail.settings.mail_locale.tag(), "da");
}

#[tokio::test]
async fn a_person_sees_and_ends_their_own_sign_ins() {
    let app = TestApp::start().await;
    let here = signed_up_admin(&app).await;
    let (phone, home, colleague) = (Browser::new(), Browser::new(), Browser::new());
    for browser in [&phone, &home] {
        sign_in(&app, browser, ADMIN).await;
    }
    sign_in(&app, &colleague, HAKON).await;
    let seen = account(&app, &here).await.sign_ins;
    assert_eq!(seen.len(), 3, "the colleague's is not among them: {seen:?}");
    assert_eq!(seen.iter().filter(|sign_in| sign_in.here).count(), 1);

    // A colleague's sign-in cannot be ended, nor one that is nobody's.
    let theirs = account(&app, &colleague).await.sign_ins[0].id.to_string();
    let api_here = api(&app, &here);
    let answer = api_here
        .call("account/end-sign-in", &[("sign_in", &theirs)])
        .await;
    assert_eq!(answer.status, 404);
    assert_eq!(role(&app, &colleague).await, Some(Role::Admin));

    let phones = account(&app, &phone).await.sign_ins;
    let phones = phones.iter().find(|sign_in| sign_in.here).unwrap();
    let id = phones.id.to_string();
    api_here
        .ok::<()>("account/end-sign-in", &[("sign_in", &id)])
        .await;
    assert_eq!(role(&app, &phone).await, None, "ended");
    assert_eq!(role(&app, &home).await, Some(Role::Admin));
    api_here.ok::<()>("account/end-other-sign-ins", &[]).await;
    assert_eq!(role(&app, &home).await, None, "ended");
    assert_eq!(role(&app, &here).await, Some(Role::Admin));

    // Everywhere is here, too.
    sign_in(&app, &home, ADMIN).await;
    let page = here.open(&app.url("/me")).await.unwrap();
    let page = here.press(&page, "Sign out everywhere", &[]).await.unwrap();
    says(&page, 200, &["You are signed out."]);
    assert_eq!(role(&app, &here).await, None);
    assert_eq!(role(&app, &home).await, None);
    let page = home.open(&app.url("/profiles?state=active")).await.unwrap();
    says(&page, 200, &["Your sign-in has ended."]);
    assert_eq!(role(&app, &colleague).await, Some(Role::Admin));
}

#[tokio::test]
async fn signing_in_again_ends_the_browsers_old_session() {
    let app = TestApp::start().await;
    let admin = signed_up_admin(&app).await;
    let cookie = session_cookie(&admin);
    let attempt = admin
        .client()
        .post(app.url("/sign-in"))
        .header("origin", app.url(""))
        .form(&[("return", "/account")])
        .send()
        .await
        .unwrap();
    let leave = attempt.headers()["location"].to_str().unwrap().to_owned();
    let page = admin.open(&app.url(&leave)).await.unwrap();
    at_superoffice(&admin, page, ADMIN).await;
    assert_ne!(session_cookie(&admin), cookie);
    let old = Browser::new();
    let answer = old
        .client()
        .get(app.url("/account"))
        .header("cookie", &cookie)
        .send()
        .await
        .unwrap();
    assert_eq!(
        answer.status().as_u16(),
        303,
        "the old cookie is worth nothing"
    );
    assert_eq!(account(&app, &admin).await.sign_ins.len(), 1);
}

fn session_cookie(browser: &Browser) -> String {
    let pages = browser.history();
    let cookies = pages.iter().rev().flat_map(|page: &Page| {
        page.headers
            .get_all("set-cookie")
            .into_iter()
            .filter_map(|value| value.to_str().ok())
    });
    cookies
        .map(|cookie| cookie.split(';').next().unwrap().to_owned())
        .find(|cookie| cookie.starts_with("session="))
        .unwrap()
}

#[tokio::test]
async fn a_colleague_becomes_an_administrator_and_stops_being_one() {
    let app = TestApp::start().await;
    let admin = signed_up_admin(&app).await;
    let zoe = Browser::new();
    let page = sign_in(&app, &zoe, ZOE).await;
    assert_eq!(page.url.path(), "/me");
    let api_admin = api(&app, &admin);

    let wrong = api_admin
        .call("account/add-administrator", &[("who", "Nobody Ever")])
        .await
        .wrong();
    let value = "Nobody Ever".to_owned();
    assert_eq!(
        wrong,
        [("who".to_owned(), ErrorCode::NobodyFound { value })]
    );
    let found: Vec<CrmUser> = api_admin.ok("account/people", &[("text", "MULLER")]).await;
    assert_eq!(found.len(), 1, "{found:?}");
    let who = [("who", ZOE_MAIL)];
    api_admin.ok::<()>("account/add-administrator", &who).await;
    let wrong = api_admin
        .call("account/add-administrator", &who)
        .await
        .wrong();
    assert!(
        matches!(&wrong[0].1, ErrorCode::AlreadyAdministrator { .. }),
        "{wrong:?}"
    );

    // The role comes with a new sign-in, and a new cookie.
    assert_eq!(role(&app, &zoe).await, Some(Role::User));
    let page = sign_in(&app, &Browser::new(), ZOE).await;
    assert_eq!(page.url.path(), "/profiles", "{}", page.text());
    let zoe = Browser::new();
    sign_in(&app, &zoe, ZOE).await;
    let listed = account(&app, &zoe).await.administrators;
    let row = listed.iter().find(|admin| admin.name == ZOE).unwrap();
    assert_eq!((row.from_crm, row.added_by.as_str()), (false, ADMIN));

    let who = row.associate.to_string();
    api_admin
        .ok::<()>("account/remove-administrator", &[("who", &who)])
        .await;
    assert_eq!(role(&app, &zoe).await, None, "signed out at once");
    let page = sign_in(&app, &zoe, ZOE).await;
    assert_eq!(page.url.path(), "/me", "a user again");
    let page = zoe.open(&app.url("/account")).await.unwrap();
    assert_eq!(page.url.path(), "/me");

    // The last one stays.
    let own = account(&app, &admin).await.you.to_string();
    let answer = api_admin
        .call("account/remove-administrator", &[("who", &own)])
        .await;
    assert_eq!(answer.reason(), ErrorCode::LastAdministrator);
    assert_eq!(role(&app, &admin).await, Some(Role::Admin));
}

#[tokio::test]
async fn the_crm_alone_does_not_bring_a_removed_administrator_back() {
    let app = TestApp::start().await;
    let admin = signed_up_admin(&app).await;
    let hakon = Browser::new();
    let page = sign_in(&app, &hakon, HAKON).await;
    assert_eq!(page.url.path(), "/profiles");
    let listed = account(&app, &admin).await.administrators;
    let row = listed.iter().find(|admin| admin.name == HAKON).unwrap();
    assert!(row.from_crm);
    let who = row.associate.to_string();
    let api_admin = api(&app, &admin);
    api_admin
        .ok::<()>("account/remove-administrator", &[("who", &who)])
        .await;
    let page = sign_in(&app, &hakon, HAKON).await;
    assert_eq!(page.url.path(), "/me");
    api_admin
        .ok::<()>("account/add-administrator", &[("who", HAKON)])
        .await;
    let again = Browser::new();
    let page = sign_in(&app, &again, HAKON).await;
    assert_eq!(page.url.path(), "/profiles");
}

#[tokio::test]
async fn the_crm_connection_is_replaced_by_an_administrator_of_the_company_and_nobody_else() {
    let app = TestApp::start().await;
    let admin = signed_up_admin(&app).await;
    // The other company has approved the application, too.
    signed_up_foreign_admin(&app).await;
    let replace = async |person: &str| {
        let page = admin.open(&app.url("/account")).await.unwrap();
        let page = admin
            .press(&page, "Replace by a new sign-in", &[])
            .await
            .unwrap();
        at_superoffice(&admin, page, person).await
    };
    assert_eq!(account(&app, &admin).await.crm.reads_as, ADMIN);

    let page = replace(ZOE).await;
    says(&page, 403, &["An administrator is needed", ZOE]);
    // The sign-in names the company; somebody may take that out of the address.
    let page = admin.open(&app.url("/account")).await.unwrap();
    let page = admin
        .press(&page, "Replace by a new sign-in", &[])
        .await
        .unwrap();
    let mut address = page.url.clone();
    let kept: Vec<_> = page
        .url
        .query_pairs()
        .filter(|(name, _)| name != "acr_values")
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect();
    assert!(kept.len() < page.url.query_pairs().count());
    address.query_pairs_mut().clear().extend_pairs(&kept);
    let page = admin.open(address.as_str()).await.unwrap();
    let page = at_superoffice(&admin, page, FOREIGN_ADMIN).await;
    says(&page, 403, &["This is another company", "Fjordkraft"]);
    assert_eq!(account(&app, &admin).await.crm.reads_as, ADMIN);

    let page = replace(HAKON).await;
    assert_eq!(page.url.path(), "/account", "{}", page.text());
    let seen = account(&app, &admin).await;
    assert_eq!(seen.crm.reads_as, HAKON);
    assert!(seen.crm.connected);
    assert_eq!(
        role(&app, &admin).await,
        Some(Role::Admin),
        "nobody was signed in by it"
    );
    let report: synchronizer_domain::connection::ConnectionReport =
        api(&app, &admin).ok("account/test-crm", &[]).await;
    assert!(report.passed(), "{report:?}");
    assert!(account(&app, &admin).await.crm_users.is_some());
    let request = admin
        .client()
        .request(Method::GET, app.url("/account/crm"))
        .send()
        .await
        .unwrap();
    assert_eq!(request.status().as_u16(), 405);
}
