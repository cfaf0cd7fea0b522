/** Tells clients what happened: subscriptions, found events, notifications. */
@NullMarked
package org.wardline.subscription;

import org.jspecify.annotations.NullMarked;
