//! The server's side of NTLMv2 (MS-NLMP §2.2, §3.3.2), written from the specification and
//! sharing nothing with the portal's client.

use hmac::{Hmac, KeyInit as _, Mac as _};
use md4::{Digest as _, Md4};
use md5::Md5;

const SIGNATURE: &[u8] = b"NTLMSSP\0";
/// Unicode, request target, NTLM, target type domain, always sign, extended session
/// security, target info, version, 128 and 56 bit.
const FLAGS: u32 = 0xA289_8205;
const KEY_EXCHANGE: u32 = 0x4000_0000;

/// What the client said first and what it was answered.
#[derive(Clone, Debug)]
pub(crate) struct Challenge {
    nonce: [u8; 8],
    negotiate: Vec<u8>,
    pub(crate) message: Vec<u8>,
}

/// The number of a message, if it is one.
pub(crate) fn number(message: &[u8]) -> Option<u32> {
    message.strip_prefix(SIGNATURE)?;
    number_at(message, 8)
}

impl Challenge {
    /// Answers a NEGOTIATE_MESSAGE. `filetime` counts 100 ns since 1601.
    pub(crate) fn new(
        negotiate: &[u8],
        nonce: [u8; 8],
        domain: &str,
        dns: &str,
        filetime: u64,
    ) -> Self {
        let mut info = Vec::new();
        for (id, text) in [
            (2_u16, domain),
            (1, "EX01"),
            (4, dns),
            (3, &*format!("ex01.{dns}")),
        ] {
            pair(&mut info, id, &utf16(text));
        }
        pair(&mut info, 7, &filetime.to_le_bytes());
        pair(&mut info, 0, &[]);
        let target = utf16(domain);
        let mut message = Vec::from(SIGNATURE);
        message.extend(2_u32.to_le_bytes());
        let start = 56_u32;
        buffer(&mut message, target.len(), start);
        message.extend(FLAGS.to_le_bytes());
        message.extend(nonce);
        message.extend([0; 8]);
        let target_length = u32::try_from(target.len()).unwrap_or(0);
        buffer(&mut message, info.len(), start + target_length);
        message.extend([10, 0, 0x63, 0x45, 0, 0, 0, 15]);
        message.extend(target);
        message.extend(info);
        Self {
            nonce,
            negotiate: negotiate.to_vec(),
            message,
        }
    }
}

/// An AUTHENTICATE_MESSAGE with what it claims.
pub(crate) struct Authenticate<'a> {
    raw: &'a [u8],
    pub(crate) domain: String,
    pub(crate) user: String,
    response: &'a [u8],
    flags: u32,
}

impl<'a> Authenticate<'a> {
    pub(crate) fn read(raw: &'a [u8]) -> Option<Self> {
        if number(raw)? != 3 {
            return None;
        }
        let flags = number_at(raw, 60)?;
        let text = |at| {
            let bytes = payload(raw, at)?;
            let words: Vec<u16> = bytes
                .chunks_exact(2)
                .filter_map(|pair| Some(u16::from_le_bytes(pair.try_into().ok()?)))
                .collect();
            String::from_utf16(&words).ok()
        };
        Some(Self {
            raw,
            domain: text(28)?,
            user: text(36)?,
            response: payload(raw, 20)?,
            flags,
        })
    }

    /// Whether the response was made with this password for this challenge. NTLMv1 and LM
    /// responses never are.
    pub(crate) fn proves(&self, password: &str, challenge: &Challenge) -> bool {
        let Some((proof, blob)) = self.response.split_at_checked(16) else {
            return false;
        };
        // NTLMv2_CLIENT_CHALLENGE: version 1, and more than an NTLMv1 response holds.
        if blob.len() < 32 || !blob.starts_with(&[1, 1]) {
            return false;
        }
        let hash = Md4::digest(utf16(password));
        let identity = format!("{}{}", self.user.to_uppercase(), self.domain);
        let key = hmac(&hash, &[&utf16(&identity)]);
        if hmac(&key, &[&challenge.nonce, blob]) != proof {
            return false;
        }
        !self.carries_mic(blob) || self.mic_is_right(&hmac(&key, &[proof]), challenge)
    }

    /// MsvAvFlags says that the message has an integrity code. With a key exchange its key
    /// would be another; none is offered here.
    fn carries_mic(&self, blob: &[u8]) -> bool {
        let mut rest = blob.get(28..).unwrap_or_default();
        while let (Some(id), Some(length)) = (half_at(rest, 0), half_at(rest, 2)) {
            let end = 4 + usize::from(length);
            if id == 0 {
                break;
            }
            if id == 6 {
                let flags = rest.get(4..end).and_then(|value| number_at(value, 0));
                return flags.is_some_and(|flags| flags & 2 != 0) && self.flags & KEY_EXCHANGE == 0;
            }
            rest = rest.get(end..).unwrap_or_default();
        }
        false
    }

    fn mic_is_right(&self, session_key: &[u8], challenge: &Challenge) -> bool {
        let (Some(before), Some(mic), Some(after)) =
            (self.raw.get(..72), self.raw.get(72..88), self.raw.get(88..))
        else {
            return false;
        };
        let parts = [
            &challenge.negotiate,
            &challenge.message,
            before,
            &[0; 16],
            after,
        ];
        hmac(session_key, &parts) == mic
    }
}

fn hmac(key: &[u8], parts: &[&[u8]]) -> Vec<u8> {
    let Ok(mut mac) = Hmac::<Md5>::new_from_slice(key) else {
        return Vec::new();
    };
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().to_vec()
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn pair(info: &mut Vec<u8>, id: u16, value: &[u8]) {
    info.extend(id.to_le_bytes());
    info.extend(u16::try_from(value.len()).unwrap_or(0).to_le_bytes());
    info.extend(value);
}

fn buffer(message: &mut Vec<u8>, length: usize, at: u32) {
    let length = u16::try_from(length).unwrap_or(0).to_le_bytes();
    message.extend(length);
    message.extend(length);
    message.extend(at.to_le_bytes());
}

fn half_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

fn number_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

fn payload(message: &[u8], at: usize) -> Option<&[u8]> {
    let length = usize::from(half_at(message, at)?);
    let start = usize::try_from(number_at(message, at + 4)?).ok()?;
    message.get(start..start.checked_add(length)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_message_is_refused_without_panic() {
        for bytes in [&b""[..], b"NTLMSSP\0", b"NTLMSSP\0\x03\0\0\0", &[0xff; 90]] {
            assert!(Authenticate::read(bytes).is_none());
        }
        assert_eq!(number(b"NTLMSSP\0\x01\0\0\0rest"), Some(1));
    }

    /// The key of MS-NLMP §4.2.4.1.1: user `User`, domain `Domain`, password `Password`.
    #[test]
    fn the_key_is_the_one_of_the_specification() {
        let hash = Md4::digest(utf16("Password"));
        let key = hmac(&hash, &[&utf16("USERDomain")]);
        let hex: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hex, "0c868a403bfd7a93a3001ef22ef02e3f");
    }
}
