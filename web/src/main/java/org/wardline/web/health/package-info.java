/** Whether this node can work: MicroProfile Health. */
@NullMarked
package org.wardline.web.health;

import org.jspecify.annotations.NullMarked;
