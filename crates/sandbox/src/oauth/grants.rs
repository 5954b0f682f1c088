//! Sign-in attempts, authorization codes and tokens of one provider.

use std::collections::HashMap;
use std::sync::Mutex;

use super::{ATTEMPT_LIFETIME, AuthRequest, CODE_LIFETIME};
use crate::random::Random;
use crate::world::lock;

/// A sign-in page that is open in somebody's browser.
#[derive(Clone)]
pub(crate) struct Attempt<U> {
    pub(crate) request: AuthRequest,
    /// Who signed in, once that is known.
    pub(crate) user: Option<U>,
    expires: i64,
}

/// What a code or token allows.
#[derive(Clone)]
pub(crate) struct Grant<U> {
    pub(crate) user: U,
    pub(crate) scope: Vec<String>,
    /// The first second at which it is worth nothing.
    pub(crate) expires: i64,
    pub(crate) revoked: bool,
}

/// Why a code buys nothing.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum CodeError {
    Unknown,
    Used,
    Expired,
}

struct Code<U> {
    request: AuthRequest,
    grant: Grant<U>,
    used: bool,
}

struct Tables<U> {
    attempts: HashMap<String, Attempt<U>>,
    codes: HashMap<String, Code<U>>,
    access: HashMap<String, Grant<U>>,
    refresh: HashMap<String, Grant<U>>,
}

/// The store.
pub(crate) struct Grants<U>(Mutex<Tables<U>>);

impl<U> Default for Grants<U> {
    fn default() -> Self {
        Self(Mutex::new(Tables {
            attempts: HashMap::new(),
            codes: HashMap::new(),
            access: HashMap::new(),
            refresh: HashMap::new(),
        }))
    }
}

impl<U: Copy> Grants<U> {
    /// Opens an attempt; the answer is the id that its forms carry instead of a cookie.
    pub(crate) fn open(&self, request: AuthRequest, random: &Random, now: i64) -> String {
        let id = random.token();
        let mut tables = lock(&self.0);
        tables.attempts.retain(|_, attempt| attempt.expires > now);
        tables.attempts.insert(
            id.clone(),
            Attempt {
                request,
                user: None,
                expires: now + ATTEMPT_LIFETIME,
            },
        );
        id
    }

    /// An open attempt.
    pub(crate) fn attempt(&self, id: &str, now: i64) -> Option<Attempt<U>> {
        lock(&self.0)
            .attempts
            .get(id)
            .filter(|attempt| attempt.expires > now)
            .cloned()
    }

    /// Notes who signed in.
    pub(crate) fn signed_in(&self, id: &str, user: U) {
        if let Some(attempt) = lock(&self.0).attempts.get_mut(id) {
            attempt.user = Some(user);
        }
    }

    /// Mints a code.
    pub(crate) fn issue_code(
        &self,
        code: String,
        request: AuthRequest,
        user: U,
        scope: Vec<String>,
        now: i64,
    ) {
        let mut tables = lock(&self.0);
        // Used and expired codes stay a while, so that a replay is told from nonsense.
        tables
            .codes
            .retain(|_, code| code.grant.expires + CODE_LIFETIME > now);
        let grant = Grant {
            user,
            scope,
            expires: now + CODE_LIFETIME,
            revoked: false,
        };
        tables.codes.insert(
            code,
            Code {
                request,
                grant,
                used: false,
            },
        );
    }

    /// Takes a code. It is burnt even if the caller then finds the request wrong.
    pub(crate) fn take_code(
        &self,
        code: &str,
        now: i64,
    ) -> Result<(AuthRequest, Grant<U>), CodeError> {
        let mut tables = lock(&self.0);
        let code = tables.codes.get_mut(code).ok_or(CodeError::Unknown)?;
        if code.used {
            return Err(CodeError::Used);
        }
        code.used = true;
        if code.grant.expires <= now {
            return Err(CodeError::Expired);
        }
        Ok((code.request.clone(), code.grant.clone()))
    }

    /// Remembers an access token.
    pub(crate) fn add_access(&self, token: String, grant: Grant<U>, now: i64) {
        let mut tables = lock(&self.0);
        // An hour after its end nobody asks why a token was refused.
        tables.access.retain(|_, known| known.expires + 3_600 > now);
        tables.access.insert(token, grant);
    }

    /// What an access token allows, also when it is expired or revoked.
    pub(crate) fn access(&self, token: &str) -> Option<Grant<U>> {
        lock(&self.0).access.get(token).cloned()
    }

    /// Remembers a refresh token.
    pub(crate) fn add_refresh(&self, token: String, grant: Grant<U>) {
        lock(&self.0).refresh.insert(token, grant);
    }

    /// What a refresh token allows, also when it is expired or revoked.
    pub(crate) fn refresh(&self, token: &str) -> Option<Grant<U>> {
        lock(&self.0).refresh.get(token).cloned()
    }

    /// Revokes one refresh token; false when it is not known.
    pub(crate) fn revoke_token(&self, token: &str) -> bool {
        let mut tables = lock(&self.0);
        match tables.refresh.get_mut(token) {
            Some(grant) => {
                grant.revoked = true;
                true
            }
            None => false,
        }
    }

    /// Every code and token that is still known.
    pub(crate) fn secrets(&self) -> Vec<String> {
        let tables = lock(&self.0);
        let codes = tables.codes.keys();
        let tokens = tables.access.keys().chain(tables.refresh.keys());
        codes.chain(tokens).cloned().collect()
    }

    /// Refuses every access token from now on, though none has ended; refresh tokens work.
    /// Returns how many there were.
    pub(crate) fn drop_access(&self) -> usize {
        let mut tables = lock(&self.0);
        let tokens = tables.access.values_mut();
        tokens.map(|grant| grant.revoked = true).count()
    }

    /// Revokes every token of the people chosen; returns how many refresh tokens ended.
    /// Later sign-ins are not affected.
    pub(crate) fn revoke(&self, is_chosen: impl Fn(U) -> bool) -> usize {
        let mut tables = lock(&self.0);
        for grant in tables.access.values_mut() {
            grant.revoked |= is_chosen(grant.user);
        }
        let mut ended = 0;
        for grant in tables.refresh.values_mut() {
            if is_chosen(grant.user) && !grant.revoked {
                grant.revoked = true;
                ended += 1;
            }
        }
        ended
    }
}

#[cfg(test)]
mod tests {
    use super::{AuthRequest, CodeError, Grants};
    use crate::oauth::CODE_LIFETIME;

    fn request() -> AuthRequest {
        AuthRequest {
            redirect_uri: "http://localhost/".to_owned(),
            state: None,
            nonce: None,
            challenge: None,
            scope: Vec::new(),
            tenant: "common".to_owned(),
            login_hint: None,
            prompt: None,
            offline: false,
        }
    }

    #[test]
    fn a_code_works_once() {
        let grants = Grants::default();
        grants.issue_code("c".to_owned(), request(), 1, Vec::new(), 0);
        assert!(grants.take_code("c", 1).is_ok());
        assert_eq!(grants.take_code("c", 2).err(), Some(CodeError::Used));
        assert_eq!(grants.take_code("d", 2).err(), Some(CodeError::Unknown));
    }

    #[test]
    fn a_code_expires() {
        let grants = Grants::default();
        grants.issue_code("c".to_owned(), request(), 1, Vec::new(), 0);
        let late = grants.take_code("c", CODE_LIFETIME);
        assert_eq!(late.err(), Some(CodeError::Expired));
    }
}
