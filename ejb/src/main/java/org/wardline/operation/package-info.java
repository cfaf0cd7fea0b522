/** What an operator sees of the deliveries, and what he may do about them. */
@NullMarked
package org.wardline.operation;

import org.jspecify.annotations.NullMarked;
