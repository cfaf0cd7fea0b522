/** Conversations and messages, sealed at rest. */
@NullMarked
package org.wardline.mailbox;

import org.jspecify.annotations.NullMarked;
