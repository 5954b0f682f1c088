//! The company of ten thousand, and what goes wrong while its lists are read.

use serde_json::{Value, json};
use synchronizer_sandbox::{CROWD, System};

use crate::support::{World, world};

const ADMIN: &str = "aese.aas@polaris.example";
const DIRECTORY: &str = "openid offline_access User.Read User.Read.All";

impl World {
    async fn graph_page(&self, address: &str, token: &str) -> reqwest::Response {
        self.get(address)
            .bearer_auth(token)
            .header("ConsistencyLevel", "eventual")
            .send()
            .await
            .unwrap()
    }
}

#[tokio::test]
async fn ten_thousand_accounts_come_page_by_page_with_their_number() {
    let world = world().await;
    let tokens = world.ms_tokens(ADMIN, DIRECTORY).await;
    let token = tokens["access_token"].as_str().unwrap();
    let mut address = world.ms("/v1.0/users?$select=id,displayName&$top=999&$count=true");
    let (mut pages, mut people) = (0, 0);
    loop {
        let page: Value = world
            .graph_page(&address, token)
            .await
            .json()
            .await
            .unwrap();
        let counted = page.get("@odata.count").and_then(Value::as_u64);
        assert_eq!(counted, (pages == 0).then_some(u64::from(CROWD)));
        pages += 1;
        people += page["value"].as_array().unwrap().len();
        let Some(next) = page["@odata.nextLink"].as_str() else {
            break;
        };
        address = next.to_owned();
    }
    assert_eq!((pages, people), (20, 10_000));
}

#[tokio::test]
async fn counting_needs_its_header() {
    let world = world().await;
    let tokens = world.ms_tokens(ADMIN, DIRECTORY).await;
    let token = tokens["access_token"].as_str().unwrap();
    let address = world.ms("/v1.0/users?$count=true");
    let refused = world.get(&address).bearer_auth(token).send().await.unwrap();
    assert_eq!(refused.status(), 400);
}

#[tokio::test]
async fn a_position_in_the_list_expires_and_the_list_can_be_read_from_its_start() {
    let world = world().await;
    let tokens = world.ms_tokens(ADMIN, DIRECTORY).await;
    let token = tokens["access_token"].as_str().unwrap();
    let change = json!({ "expire_cursor_after": { "microsoft": 1 } });
    assert_eq!(world.switch(&change).await.0, 200);
    let first = world.ms("/v1.0/users");
    let page: Value = world.graph_page(&first, token).await.json().await.unwrap();
    let next = page["@odata.nextLink"].as_str().unwrap();
    let refused = world.graph_page(next, token).await;
    assert_eq!(refused.status(), 400);
    let body: Value = refused.json().await.unwrap();
    assert_eq!(body["error"]["code"], "Directory_ExpiredPageToken");
    assert_eq!(world.graph_page(&first, token).await.status(), 200);
    assert_eq!(world.graph_page(next, token).await.status(), 200);
}

#[tokio::test]
async fn a_throttled_list_says_how_long_to_wait() {
    let world = world().await;
    let tokens = world.ms_tokens(ADMIN, DIRECTORY).await;
    let token = tokens["access_token"].as_str().unwrap();
    let throttle = json!({ "times": 1, "retry_after": 9 });
    let change = json!({ "throttle_pages": { "microsoft": throttle } });
    assert_eq!(world.switch(&change).await.0, 200);
    let users = world.ms("/v1.0/users");
    let refused = world.graph_page(&users, token).await;
    assert_eq!(refused.status(), 429);
    assert_eq!(refused.headers()["retry-after"], "9");
    assert_eq!(world.graph_page(&users, token).await.status(), 200);
}

#[tokio::test]
async fn only_pages_of_lists_are_late() {
    let world = world().await;
    let tokens = world.ms_tokens(ADMIN, DIRECTORY).await;
    let token = tokens["access_token"].as_str().unwrap();
    let control = world.sandbox.control();
    control.set_slow_pages_ms(System::Microsoft, 60_000);
    let me = world.ms("/v1.0/me");
    assert_eq!(world.graph_page(&me, token).await.status(), 200);
    let users = world.ms("/v1.0/users");
    let list = tokio::time::timeout(
        std::time::Duration::from_millis(200),
        world.graph_page(&users, token),
    );
    assert!(list.await.is_err());
}

#[tokio::test]
async fn sign_in_pages_offer_the_first_of_the_big_company() {
    let world = world().await;
    let so = format!(
        "{}/login/common/oauth/authorize",
        world.sandbox.superoffice_url()
    );
    let page = world
        .authorize(
            &so,
            synchronizer_sandbox::SUPEROFFICE_CLIENT_ID,
            "openid",
            &[],
        )
        .await;
    let html = page.text().await.unwrap();
    assert!(html.contains(ADMIN));
    assert!(html.matches("@polaris.example\"").count() <= 20);
}
