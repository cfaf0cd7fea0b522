/** Browser sessions, the same on every node. */
@NullMarked
package org.wardline.session;

import org.jspecify.annotations.NullMarked;
