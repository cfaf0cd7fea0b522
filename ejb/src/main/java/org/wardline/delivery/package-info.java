/** The outbox, its lanes and its couriers. */
@NullMarked
package org.wardline.delivery;

import org.jspecify.annotations.NullMarked;
