//! The TLS channel that a sign-in is bound to ("Extended Protection"; RFC 5929 §4,
//! MS-NLMP §3.1.5.1.2): a hash of the server's certificate.

use sha2::{Digest as _, Sha256, Sha384, Sha512};

/// MsvAvChannelBindings for a certificate, DER.
pub(super) fn channel_binding(certificate: &[u8]) -> [u8; 16] {
    let mut data = b"tls-server-end-point:".to_vec();
    data.extend(end_point(certificate));
    // gss_channel_bindings_struct without addresses.
    let mut bindings = vec![0; 16];
    bindings.extend(u32::try_from(data.len()).unwrap_or(0).to_le_bytes());
    bindings.extend(data);
    <md5::Md5 as md5::Digest>::digest(bindings).into()
}

/// The certificate under the hash of its own signature; SHA-256 in place of weaker ones.
fn end_point(certificate: &[u8]) -> Vec<u8> {
    match signature_algorithm(certificate) {
        // sha384WithRSAEncryption, ecdsa-with-SHA384.
        Some(
            [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 0x0c]
            | [0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 3],
        ) => Sha384::digest(certificate).to_vec(),
        // sha512WithRSAEncryption, ecdsa-with-SHA512.
        Some(
            [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 0x0d]
            | [0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 4],
        ) => Sha512::digest(certificate).to_vec(),
        _ => Sha256::digest(certificate).to_vec(),
    }
}

/// The object identifier behind the signed part: `SEQUENCE { tbs, SEQUENCE { OID … }, … }`.
fn signature_algorithm(certificate: &[u8]) -> Option<&[u8]> {
    let (_, outer, _) = element(certificate)?;
    let (_, _, rest) = element(outer)?;
    let (_, algorithm, _) = element(rest)?;
    let (tag, oid, _) = element(algorithm)?;
    (tag == 6).then_some(oid)
}

/// Tag, content and what follows of the first DER element.
fn element(der: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (tag, rest) = der.split_first()?;
    let (first, mut rest) = rest.split_first()?;
    let mut length = usize::from(*first);
    if length >= 0x80 {
        let (bytes, further) = rest.split_at_checked(length & 0x7f)?;
        if bytes.len() > 4 {
            return None;
        }
        length = bytes
            .iter()
            .fold(0, |sum, byte| sum << 8 | usize::from(*byte));
        rest = further;
    }
    let (content, rest) = rest.split_at_checked(length)?;
    Some((*tag, content, rest))
}

#[cfg(test)]
mod tests {
    use rcgen::{CertificateParams, KeyPair, PKCS_ECDSA_P256_SHA256, PKCS_ECDSA_P384_SHA384};

    use super::*;

    fn certificate(algorithm: &'static rcgen::SignatureAlgorithm) -> Vec<u8> {
        let key = KeyPair::generate_for(algorithm).unwrap();
        let params = CertificateParams::new(["mail.a.example".to_owned()]).unwrap();
        params.self_signed(&key).unwrap().der().to_vec()
    }

    #[test]
    fn the_hash_is_the_one_of_the_signature() {
        let weaker = certificate(&PKCS_ECDSA_P256_SHA256);
        let stronger = certificate(&PKCS_ECDSA_P384_SHA384);
        assert_eq!(end_point(&weaker), Sha256::digest(&weaker).to_vec());
        assert_eq!(end_point(&stronger), Sha384::digest(&stronger).to_vec());
        assert_eq!(end_point(b"no certificate").len(), 32);
        assert_ne!(channel_binding(&weaker), channel_binding(&stronger));
    }

    /// A made-up "certificate" whose binding was computed by an implementation of others,
    /// pyspnego: `GssChannelBindings(application_data=b"tls-server-end-point:" + sha256)`.
    #[test]
    fn the_structure_is_the_one_that_others_build() {
        let binding = channel_binding(b"certificate");
        let hex: String = binding.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hex, "a8398e96473163fef6cae76013e8ab5a");
    }
}
