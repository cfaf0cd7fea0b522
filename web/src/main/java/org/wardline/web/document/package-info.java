/** Conversations as documents for people. */
@org.jspecify.annotations.NullMarked
package org.wardline.web.document;
