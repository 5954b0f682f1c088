//! NTLMv2, the client's side (MS-NLMP §2.2, §3.1.5, §3.3.2): with channel bindings for
//! Extended Protection and the integrity code over all three messages.
//!
//! Own code, because the crates at hand bring NTLMv1 and DES along or come without the
//! integrity code; the vectors of MS-NLMP §4.2.4 are its tests.

use hmac::{Hmac, KeyInit as _, Mac as _};
use md4::{Digest as _, Md4};
use md5::Md5;

const SIGNATURE: &[u8] = b"NTLMSSP\0";
/// Unicode, request target, NTLM, always sign, extended session security, 128 and 56 bit.
const FLAGS: u32 = 0xA008_8205;
const TIMESTAMP: u16 = 7;
const AV_FLAGS: u16 = 6;
const TARGET_NAME: u16 = 9;
const CHANNEL_BINDINGS: u16 = 10;

/// The server's answer is no challenge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the server's NTLM challenge is malformed")]
pub(super) struct Malformed;

/// What opens the handshake.
pub(super) fn negotiate() -> Vec<u8> {
    let mut message = Vec::from(SIGNATURE);
    message.extend(1_u32.to_le_bytes());
    message.extend(FLAGS.to_le_bytes());
    // No domain and no workstation: where we run is nobody's business.
    for _ in 0..2 {
        buffer(&mut message, 0, 32);
    }
    message
}

/// What the server asks to be proved.
pub(super) struct Challenge {
    raw: Vec<u8>,
    nonce: [u8; 8],
    flags: u32,
    pairs: Vec<(u16, Vec<u8>)>,
}

impl Challenge {
    pub(super) fn read(raw: &[u8]) -> Result<Self, Malformed> {
        let kind = raw
            .strip_prefix(SIGNATURE)
            .and_then(|_| number_at(raw, 8))
            .ok_or(Malformed)?;
        if kind != 2 {
            return Err(Malformed);
        }
        let nonce = raw
            .get(24..32)
            .and_then(|nonce| nonce.try_into().ok())
            .ok_or(Malformed)?;
        let info = payload(raw, 40).unwrap_or_default();
        Ok(Self {
            raw: raw.to_vec(),
            nonce,
            flags: number_at(raw, 20).ok_or(Malformed)?,
            pairs: read_pairs(info)?,
        })
    }

    fn timestamp(&self) -> Option<[u8; 8]> {
        let (_, value) = self.pairs.iter().find(|(id, _)| *id == TIMESTAMP)?;
        value.as_slice().try_into().ok()
    }
}

/// Who proves a password, and what the proof is bound to.
pub(super) struct Proof<'a> {
    pub(super) domain: &'a str,
    pub(super) user: &'a str,
    pub(super) password: &'a str,
    /// Random.
    pub(super) nonce: [u8; 8],
    /// 100 ns since 1601, used when the server names no time.
    pub(super) filetime: u64,
    /// The name of the service, `HTTP/host`.
    pub(super) service: &'a str,
    /// Hash of the TLS channel; none without TLS.
    pub(super) channel: Option<[u8; 16]>,
}

/// The answer to a challenge that `negotiate` drew.
pub(super) fn authenticate(negotiate: &[u8], challenge: &Challenge, proof: &Proof<'_>) -> Vec<u8> {
    let key = key(proof.domain, proof.user, proof.password);
    let timestamp = challenge.timestamp();
    let mut pairs: Vec<(u16, Vec<u8>)> = challenge
        .pairs
        .iter()
        .filter(|(id, _)| ![AV_FLAGS, TARGET_NAME, CHANNEL_BINDINGS].contains(id))
        .cloned()
        .collect();
    if timestamp.is_some() {
        // "The message carries an integrity code."
        pairs.push((AV_FLAGS, 2_u32.to_le_bytes().to_vec()));
    }
    pairs.push((CHANNEL_BINDINGS, proof.channel.unwrap_or_default().to_vec()));
    pairs.push((TARGET_NAME, utf16(proof.service)));
    let time = timestamp.unwrap_or_else(|| proof.filetime.to_le_bytes());
    let blob = blob(time, proof.nonce, &pairs);
    let nt_proof = mac(&key, &[&challenge.nonce, &blob]);
    let lm = match timestamp {
        Some(_) => vec![0; 24],
        None => [
            mac(&key, &[&challenge.nonce, &proof.nonce]).to_vec(),
            proof.nonce.to_vec(),
        ]
        .concat(),
    };
    let nt = [nt_proof.as_slice(), &blob].concat();
    let mut message = message(
        challenge.flags & FLAGS,
        [&lm, &nt, &utf16(proof.domain), &utf16(proof.user), &[], &[]],
    );
    if timestamp.is_some() {
        let session_key = mac(&key, &[&nt_proof]);
        let code = mac(&session_key, &[negotiate, &challenge.raw, &message]);
        if let Some(place) = message.get_mut(MIC_AT..MIC_AT + 16) {
            place.copy_from_slice(&code);
        }
    }
    message
}

/// Where the integrity code stands: behind 64 bytes of header and 8 of a version.
const MIC_AT: usize = 72;
const PAYLOAD_AT: usize = MIC_AT + 16;

/// AUTHENTICATE_MESSAGE with an integrity code of zeros.
fn message(flags: u32, parts: [&[u8]; 6]) -> Vec<u8> {
    let [lm, nt, domain, user, workstation, session_key] = parts;
    let mut message = Vec::from(SIGNATURE);
    message.extend(3_u32.to_le_bytes());
    let mut payload: Vec<u8> = Vec::new();
    for part in [lm, nt, domain, user, workstation, session_key] {
        buffer(&mut message, part.len(), PAYLOAD_AT + payload.len());
        payload.extend(part);
    }
    message.extend(flags.to_le_bytes());
    message.resize(PAYLOAD_AT, 0);
    message.extend(payload);
    message
}

/// NTOWFv2: the key that name and password make (MS-NLMP §3.3.2).
fn key(domain: &str, user: &str, password: &str) -> [u8; 16] {
    let hash = Md4::digest(utf16(password));
    mac(&hash, &[&utf16(&user.to_uppercase()), &utf16(domain)])
}

/// NTLMv2_CLIENT_CHALLENGE with the four zero bytes that servers expect behind it.
fn blob(time: [u8; 8], nonce: [u8; 8], pairs: &[(u16, Vec<u8>)]) -> Vec<u8> {
    let mut blob = vec![1, 1, 0, 0, 0, 0, 0, 0];
    blob.extend(time);
    blob.extend(nonce);
    blob.extend([0; 4]);
    for (id, value) in pairs {
        blob.extend(id.to_le_bytes());
        blob.extend(u16::try_from(value.len()).unwrap_or(0).to_le_bytes());
        blob.extend(value);
    }
    blob.extend([0; 8]);
    blob
}

fn read_pairs(mut info: &[u8]) -> Result<Vec<(u16, Vec<u8>)>, Malformed> {
    let mut pairs = Vec::new();
    while !info.is_empty() {
        let (id, length) = half_at(info, 0).zip(half_at(info, 2)).ok_or(Malformed)?;
        if id == 0 {
            break;
        }
        let (value, rest) = info
            .get(4..)
            .and_then(|rest| rest.split_at_checked(usize::from(length)))
            .ok_or(Malformed)?;
        pairs.push((id, value.to_vec()));
        info = rest;
    }
    Ok(pairs)
}

/// HMAC-MD5 over the parts.
pub(super) fn mac(key: &[u8], parts: &[&[u8]]) -> [u8; 16] {
    // HMAC takes keys of every length.
    let Ok(mut mac) = Hmac::<Md5>::new_from_slice(key) else {
        return [0; 16];
    };
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn buffer(message: &mut Vec<u8>, length: usize, at: usize) {
    let length = u16::try_from(length).unwrap_or(0).to_le_bytes();
    message.extend(length);
    message.extend(length);
    message.extend(u32::try_from(at).unwrap_or(0).to_le_bytes());
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
    use proptest::prelude::*;

    use super::*;

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    const SERVER: [u8; 8] = [0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef];
    const CLIENT: [u8; 8] = [0xaa; 8];

    /// MS-NLMP §4.2.4: user `User` in `Domain` with `Password`, at `Server`.
    fn vector_key() -> [u8; 16] {
        key("Domain", "User", "Password")
    }

    fn vector_blob() -> Vec<u8> {
        let pairs = [(2, utf16("Domain")), (1, utf16("Server"))];
        blob([0; 8], CLIENT, &pairs)
    }

    #[test]
    fn key_and_responses_are_those_of_the_specification() {
        let key = vector_key();
        assert_eq!(hex(&key), "0c868a403bfd7a93a3001ef22ef02e3f");
        let lm = mac(&key, &[&SERVER, &CLIENT]);
        assert_eq!(hex(&lm), "86c35097ac9cec102554764a57cccc19");
        let proof = mac(&key, &[&SERVER, &vector_blob()]);
        assert_eq!(hex(&proof), "68cd0ab851e51c96aabc927bebef6a1c");
        assert_eq!(
            hex(&mac(&key, &[&proof])),
            "8de40ccadbc14a82f15cb0ad0de95ca3"
        );
    }

    fn challenge(pairs: &[(u16, Vec<u8>)]) -> Challenge {
        let mut info = Vec::new();
        for (id, value) in pairs {
            info.extend(id.to_le_bytes());
            info.extend(u16::try_from(value.len()).unwrap().to_le_bytes());
            info.extend(value);
        }
        info.extend([0; 4]);
        let mut raw = Vec::from(SIGNATURE);
        raw.extend(2_u32.to_le_bytes());
        buffer(&mut raw, 0, 48);
        raw.extend(0xA289_8205_u32.to_le_bytes());
        raw.extend(SERVER);
        raw.extend([0; 8]);
        buffer(&mut raw, info.len(), 48);
        raw.extend(info);
        Challenge::read(&raw).unwrap()
    }

    const PROOF: Proof<'_> = Proof {
        domain: "Domain",
        user: "User",
        password: "Password",
        nonce: CLIENT,
        filetime: 0,
        service: "HTTP/mail.a.example",
        channel: Some([7; 16]),
    };

    #[test]
    fn a_server_with_a_clock_gets_an_integrity_code_and_no_lm_response() {
        let challenge = challenge(&[(2, utf16("Domain")), (7, vec![9; 8]), (10, vec![1; 16])]);
        let answer = authenticate(&negotiate(), &challenge, &PROOF);
        assert_eq!(payload(&answer, 12).unwrap(), [0; 24]);
        assert_eq!(payload(&answer, 36).unwrap(), utf16("User"));
        let nt = payload(&answer, 20).unwrap();
        let pairs = read_pairs(&nt[16 + 28..nt.len() - 4]).unwrap();
        let value = |id| {
            pairs
                .iter()
                .find(|(known, _)| *known == id)
                .unwrap()
                .1
                .clone()
        };
        assert_eq!(value(AV_FLAGS), [2, 0, 0, 0]);
        assert_eq!(value(CHANNEL_BINDINGS), [7; 16], "ours, not the server's");
        assert_eq!(value(TARGET_NAME), utf16("HTTP/mail.a.example"));
        let mut bare = answer.clone();
        bare[MIC_AT..PAYLOAD_AT].fill(0);
        let session_key = mac(&vector_key(), &[&nt[..16]]);
        let code = mac(&session_key, &[&negotiate(), &challenge.raw, &bare]);
        assert_eq!(answer[MIC_AT..PAYLOAD_AT], code);
    }

    #[test]
    fn a_server_without_a_clock_gets_an_lm_response() {
        let answer = authenticate(&negotiate(), &challenge(&[(2, utf16("Domain"))]), &PROOF);
        assert_eq!(
            hex(&payload(&answer, 12).unwrap()[..16]),
            "86c35097ac9cec102554764a57cccc19"
        );
        assert_eq!(answer[MIC_AT..PAYLOAD_AT], [0; 16]);
    }

    #[test]
    fn what_is_no_challenge_is_refused() {
        for raw in [
            &b""[..],
            b"NTLMSSP\0",
            b"NTLMSSP\0\x01\0\0\0",
            b"nonsense",
            &[0xff; 60],
        ] {
            assert!(Challenge::read(raw).is_err());
        }
    }

    proptest! {
        #[test]
        fn no_challenge_makes_the_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..120)) {
            let raw = [SIGNATURE, &[2, 0, 0, 0], &bytes].concat();
            if let Ok(challenge) = Challenge::read(&raw) {
                authenticate(&negotiate(), &challenge, &PROOF);
            }
        }
    }
}
