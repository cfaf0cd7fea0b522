/** Which hospital systems a message goes to. */
@NullMarked
package org.wardline.routing;

import org.jspecify.annotations.NullMarked;
