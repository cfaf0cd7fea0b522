/** Measures Wardline beside the limits of the machine and beside its peers. */
@NullMarked
package org.wardline.bench;

import org.jspecify.annotations.NullMarked;
