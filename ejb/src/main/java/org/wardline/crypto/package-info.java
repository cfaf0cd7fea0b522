/**
 * Sealing and opening, data keys, and the key ring that wraps them. The only package that touches
 * ciphers.
 */
@NullMarked
package org.wardline.crypto;

import org.jspecify.annotations.NullMarked;
