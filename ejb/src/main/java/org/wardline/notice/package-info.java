/** Tells people by mail, without a word of what it is about, that something waits for them here. */
@NullMarked
package org.wardline.notice;

import org.jspecify.annotations.NullMarked;
