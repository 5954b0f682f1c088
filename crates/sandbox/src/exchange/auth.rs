//! Who is asking: Basic with every request, NTLMv2 once for a TCP connection.

use std::sync::{Arc, Mutex};

use axum::extract::connect_info::Connected;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::serve::IncomingStream;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::accounts::{EXCHANGE_PASSWORD, ExchangeAccount, called};
use super::ntlm::{Authenticate, Challenge, number};
use crate::server::Immediate;
use crate::world::{World, lock};

/// Seconds between 1601 and 1970.
const SINCE_1601: i64 = 11_644_473_600;

/// What a TCP connection knows of its client.
#[derive(Clone, Default)]
pub(crate) struct Connection(Arc<Mutex<Handshake>>);

#[derive(Clone, Default)]
enum Handshake {
    #[default]
    Nothing,
    Challenged(Challenge),
    Known(&'static ExchangeAccount),
}

impl Connected<IncomingStream<'_, Immediate>> for Connection {
    fn connect_info(_: IncomingStream<'_, Immediate>) -> Self {
        Self::default()
    }
}

/// The account behind a request, or the answer that asks for it.
pub(super) fn who(
    world: &World,
    connection: &Connection,
    headers: &HeaderMap,
) -> Result<&'static ExchangeAccount, Box<Response>> {
    let header = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok());
    let mut state = lock(&connection.0);
    let Some((scheme, token)) = header.and_then(|header| header.split_once(' ')) else {
        return match &*state {
            Handshake::Known(account) => Ok(account),
            _ => Err(challenge(world, None)),
        };
    };
    let token = STANDARD.decode(token.trim()).unwrap_or_default();
    let exchange = world.switches().exchange.clone();
    if scheme.eq_ignore_ascii_case("basic") && !exchange.basic_disabled {
        return basic(world, &token).ok_or_else(|| challenge(world, None));
    }
    if !scheme.eq_ignore_ascii_case("ntlm") || exchange.ntlm_disabled {
        return Err(challenge(world, None));
    }
    match (number(&token), state.clone()) {
        (Some(1), _) => {
            let filetime = u64::try_from((world.now() + SINCE_1601) * 10_000_000).unwrap_or(0);
            let nonce = world.random.bytes();
            let made = Challenge::new(&token, nonce, "NORDLICHT", "nordlicht.example", filetime);
            let answer = challenge(world, Some(&made.message));
            *state = Handshake::Challenged(made);
            Err(answer)
        }
        (Some(3), Handshake::Challenged(made)) => {
            world.note_proof(&STANDARD.encode(&token));
            *state = Handshake::Nothing;
            let proved = Authenticate::read(&token).and_then(|message| {
                let account = called(&message.domain, &message.user)?;
                admit(world, account, |password| message.proves(password, &made))
            });
            let account = proved.ok_or_else(|| challenge(world, None))?;
            *state = Handshake::Known(account);
            Ok(account)
        }
        // A response on a connection that was not challenged proves nothing.
        _ => {
            *state = Handshake::Nothing;
            Err(challenge(world, None))
        }
    }
}

fn basic(world: &World, token: &[u8]) -> Option<&'static ExchangeAccount> {
    let text = std::str::from_utf8(token).ok()?;
    let (name, password) = text.split_once(':')?;
    let (domain, user) = name.split_once('\\').unwrap_or(("", name));
    admit(world, called(domain, user)?, |right| password == right)
}

/// Lets an account in: enabled, not locked, with its password.
fn admit(
    world: &World,
    account: &'static ExchangeAccount,
    proves: impl FnOnce(&str) -> bool,
) -> Option<&'static ExchangeAccount> {
    let (password, locked) = {
        let switches = world.switches();
        let exchange = &switches.exchange;
        let changed = exchange.passwords.get(account.upn).cloned();
        (
            changed.unwrap_or_else(|| EXCHANGE_PASSWORD.to_owned()),
            exchange.locked.contains(account.upn),
        )
    };
    if !account.enabled || locked || world.exchange.is_locked(account.upn) {
        return None;
    }
    let good = proves(&password);
    world.exchange.note(account.upn, good);
    good.then_some(account)
}

/// 401 with what the server takes, or with its NTLM challenge.
fn challenge(world: &World, message: Option<&[u8]>) -> Box<Response> {
    let exchange = world.switches().exchange.clone();
    let mut response = (StatusCode::UNAUTHORIZED, "Unauthorized").into_response();
    let headers = response.headers_mut();
    let mut offer = |text: &str| {
        if let Ok(value) = HeaderValue::from_str(text) {
            headers.append(header::WWW_AUTHENTICATE, value);
        }
    };
    match message {
        Some(message) => offer(&format!("NTLM {}", STANDARD.encode(message))),
        None => {
            if !exchange.ntlm_disabled {
                offer("Negotiate");
                offer("NTLM");
            }
            if !exchange.basic_disabled {
                offer("Basic realm=\"ex01.nordlicht.example\"");
            }
        }
    }
    Box::new(response)
}
