/** Live updates to open pages. */
@NullMarked
package org.wardline.web.live;

import org.jspecify.annotations.NullMarked;
