/**
 * The demo hospital: real receivers for demonstration and tests, never part of a production start.
 */
@NullMarked
package org.wardline.hospital;

import org.jspecify.annotations.NullMarked;
