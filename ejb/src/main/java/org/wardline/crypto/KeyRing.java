package org.wardline.crypto;

/**
 * Wraps and unwraps data keys with a key-encryption key that the hospital holds: a file today;
 * PKCS#11, Vault or a cloud KMS behind the same two methods.
 */
public interface KeyRing {

  /**
   * A data key under a wrapping key.
   *
   * @param wrappingKeyId which wrapping key
   * @param bytes ciphertext
   */
  record WrappedKey(String wrappingKeyId, byte[] bytes) {}

  /**
   * Wraps with the current wrapping key.
   *
   * @param associated must be given again to unwrap
   */
  WrappedKey wrap(byte[] dataKey, byte[] associated);

  /**
   * Unwraps.
   *
   * @throws SealBrokenException when the key, the ciphertext or the associated data is another one
   */
  byte[] unwrap(WrappedKey wrapped, byte[] associated);
}
