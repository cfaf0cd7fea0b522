/** Settings: MicroProfile Config keys wardline.*, checked at start. */
@NullMarked
package org.wardline.setting;

import org.jspecify.annotations.NullMarked;
