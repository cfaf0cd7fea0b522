/**
 * Patients come, move, are merged and go home, and what is kept about them follows: conversations,
 * stays and results.
 */
@NullMarked
package org.wardline.census;

import org.jspecify.annotations.NullMarked;
