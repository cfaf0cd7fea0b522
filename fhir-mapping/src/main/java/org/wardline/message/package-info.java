/**
 * The vocabulary: what all stages and both mappings speak of. Values are checked when they are
 * made.
 */
@NullMarked
package org.wardline.message;

import org.jspecify.annotations.NullMarked;
