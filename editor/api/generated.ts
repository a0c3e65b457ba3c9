// Written by `npm run api:types` from the API's own OpenAPI document; not edited by hand.

export interface Operations {
  actInSimulation: {
    path: {
      id: string;
    };
    query: {};
    body:
      | {
          kind: "call";
          /**
           * E.164, or hidden.
           */
          from: string;
          /**
           * E.164, or hidden.
           */
          to?: string;
        }
      | {
          kind: "digits";
          /**
           * Which call; absent: the one that waits for such a thing.
           */
          callId?: string;
          digits: string;
        }
      | {
          kind: "say";
          /**
           * Which call; absent: the one that waits for such a thing.
           */
          callId?: string;
          text: string;
        }
      | {
          kind: "record";
          /**
           * Which call; absent: the one that waits for such a thing.
           */
          callId?: string;
          seconds: number;
          text: string;
        }
      | {
          kind: "hangup";
          /**
           * Which call; absent: the one that waits for such a thing.
           */
          callId?: string;
        }
      | {
          kind: "answer";
          /**
           * Which call; absent: the one that waits for such a thing.
           */
          callId?: string;
          how: "answer" | "busy" | "no-answer" | "machine" | "decline";
        }
      | {
          kind: "message";
          channel: "sms" | "whatsapp";
          /**
           * E.164, or hidden.
           */
          from: string;
          body: string;
          replyTo?: string;
          /**
           * Id of the button or row that was tapped.
           */
          button?: string;
          mediaUrl?: string;
        }
      | {
          kind: "read";
          message: string;
        }
      | {
          kind: "start";
          trigger: string;
          input: {
            /**
             * This interface was referenced by `undefined`'s JSON-Schema definition
             * via the `patternProperty` "^.*$".
             */
            [k: string]: unknown;
          };
        }
      | {
          kind: "skip";
          ms: number;
        }
      | {
          kind: "fault";
          fault: "whatsapp-down" | "sms-down" | "twilio-slow" | "lookup-down" | "messages-undelivered";
          on: boolean;
        };
    answer: {
      /**
       * The last event before it.
       */
      seq: number;
    };
  };
  addMetaNumber: {
    path: {};
    query: {};
    body: {
      /**
       * The WhatsApp account (WABA id) it goes to.
       */
      account: string;
      label?: string;
      /**
       * Such as 57.
       */
      countryCode?: string;
      /**
       * Without the country code, digits only.
       */
      number?: string;
      /**
       * The name people see; WhatsApp reviews it.
       */
      name?: string;
      /**
       * Instead of countryCode, number and name: a number the account has already.
       */
      providerId?: string;
    };
    answer: {
      /**
       * Id of a number.
       */
      id: string;
      e164: string;
      label: string | null;
      provider: string;
      /**
       * Its vendor is an emulator: nothing real is sent or heard.
       */
      simulated: boolean;
      providerId: string | null;
      /**
       * The vendor's account it is in: a WABA.
       */
      account: string | null;
      channels: ("voice" | "sms" | "whatsapp")[];
      storeId: string | null;
      groupId: string | null;
      voiceFlow: string | null;
      messageFlow: string | null;
      /**
       * created, code_sent, verified, registered, subscribed, connected, deregistered; null: set up elsewhere.
       */
      lifecycle: string | null;
      /**
       * What its vendor says of it: status, quality, limit, name, blocked …
       */
      vendorState: {
        /**
         * This interface was referenced by `undefined`'s JSON-Schema definition
         * via the `patternProperty` "^.*$".
         */
        [k: string]: unknown;
      };
      /**
       * ISO 8601, UTC.
       */
      createdAt: string;
    };
  };
  adoptModule: {
    path: {
      module: string;
    };
    query: {};
    body: {
      /**
       * Language of its texts.
       */
      language: "es" | "en";
    };
    answer: {
      /**
       * Keys. What you had already stays as it is.
       */
      templates: {
        added: string[];
        kept: string[];
      };
      /**
       * A draft: look at it and publish it.
       */
      flow: {
        /**
         * Key of a flow.
         */
        key: string;
        /**
         * False: you had one of this key, and it stays as it is.
         */
        added: boolean;
      };
    };
  };
  answerConversation: {
    path: {
      id: string;
    };
    query: {};
    body: {
      /**
       * The text; or a template.
       */
      body?: string;
      /**
       * Public addresses, or ids of stored files (POST /media), that go with the text.
       *
       * @maxItems 10
       */
      media?: string[];
      /**
       * Key of one of your templates, instead of body.
       */
      template?: string;
      /**
       * Language of the template; absent: yours.
       */
      locale?: string;
      /**
       * A value for each name in the template.
       */
      variables?: {
        /**
         * This interface was referenced by `undefined`'s JSON-Schema definition
         * via the `patternProperty` "^.*$".
         */
        [k: string]: string | number;
      };
      /**
       * Id of one of your users.
       */
      by?: string;
      /**
       * Module of your own system, such as pms.
       */
      module?: string;
      /**
       * Record of that module.
       */
      recordId?: string;
      /**
       * As the header Idempotency-Key.
       */
      idempotencyKey?: string;
    };
    answer: Message;
  };
  cancelRun: {
    path: {
      id: string;
    };
    query: {};
    body: null;
    answer: RunAccepted;
  };
  changeAllowance: {
    path: {
      id: string;
    };
    query: {};
    body: {
      /**
       * Null: as the tenant's settings say (`freeMessages`), else `charge`.
       */
      charging?: ("charge" | "free") | null;
      /**
       * Zone of the vendor's account, such as America/Bogota.
       */
      timezone?: string;
    };
    answer: {
      numberId: string;
      /**
       * First day of the month, in the account's zone.
       */
      month: string;
      /**
       * Zone of the vendor's account; months begin at its midnight.
       */
      timezone: string;
      /**
       * Delivered service messages the vendor gives away a month.
       */
      amount: number;
      /**
       * Delivered and, as the vendor reports, free.
       */
      used: number;
      /**
       * Left in the last day; nobody knows yet whether they arrive.
       */
      underWay: number;
      /**
       * An estimate: others may send from the number, too.
       */
      freeLeft: number;
      /**
       * When the vendor began to bill, this month.
       */
      exhaustedAt: string | null;
      /**
       * ISO 8601, UTC.
       */
      resetsAt: string;
      /**
       * `free`: what the vendor does not bill costs no credits. `charge`: it costs credits like the rest.
       */
      charging: "charge" | "free";
      /**
       * Delivered messages of the month, by what the vendor says they cost.
       */
      delivered: {
        category: string;
        /**
         * As the vendor says: regular, free_customer_service, free_entry_point.
         */
        type: string;
        count: number;
        billed: boolean;
      }[];
    };
  };
  changeContact: {
    path: {
      id: string;
    };
    query: {};
    body: {
      name?: string | null;
      locale?: string | null;
      timezone?: string | null;
      /**
       * Anything else, by name.
       */
      attributes?: {
        /**
         * This interface was referenced by `undefined`'s JSON-Schema definition
         * via the `patternProperty` "^.*$".
         */
        [k: string]: unknown;
      };
    };
    answer: {
      id: string;
      phone: string | null;
      /**
       * The vendor's own id of the person.
       */
      channelUserId: string | null;
      name: string | null;
      locale: string | null;
      timezone: string | null;
      /**
       * Channels this person wrote STOP on.
       */
      optedOut: string[];
      attributes: {
        /**
         * This interface was referenced by `undefined`'s JSON-Schema definition
         * via the `patternProperty` "^.*$".
         */
        [k: string]: unknown;
      };
      /**
       * ISO 8601, UTC.
       */
      createdAt: string;
      /**
       * ISO 8601, UTC.
       */
      updatedAt: string;
    };
  };
  changeConversation: {
    path: {
      id: string;
    };
    query: {};
    body: {
      /**
       * `handoff`: you take it, and no flow answers until it is open again or closed.
       */
      status?: "open" | "handoff";
      assignedTo?: string | null;
      team?: string | null;
      reference?: {
        /**
         * Module of your own system, such as pms.
         */
        module: string;
        /**
         * Record of that module.
         */
        recordId: string;
      };
    };
    answer: {
      /**
       * Id of a conversation: one person, one of your numbers, one channel.
       */
      id: string;
      channel: "whatsapp" | "sms";
      contact: {
        /**
         * E.164, or the vendor's id of somebody who hides their phone.
         */
        address: string;
        name: string | null;
      };
      number: {
        id: string | null;
        e164: string;
      };
      storeId: string | null;
      /**
       * `handoff`: people have it, and no flow answers in it.
       */
      status: "open" | "handoff" | "closed";
      assignedTo: string | null;
      team: string | null;
      unread: number;
      /**
       * The latest record it is about.
       */
      reference: {
        /**
         * Module of your own system, such as pms.
         */
        module: string;
        /**
         * Record of that module.
         */
        recordId: string;
      } | null;
      lastMessage: {
        id: string;
        direction: "inbound" | "outbound";
        /**
         * The first 200 characters.
         */
        body: string;
        /**
         * How many files.
         */
        media: number;
      } | null;
      /**
       * ISO 8601, UTC.
       */
      lastMessageAt: string;
      lastInboundAt: string | null;
      closedAt: string | null;
      closedBy: string | null;
      /**
       * ISO 8601, UTC.
       */
      createdAt: string;
      /**
       * Everything it was about, the latest first.
       */
      references: {
        /**
         * Module of your own system, such as pms.
         */
        module: string;
        /**
         * Record of that module.
         */
        recordId: string;
      }[];
    };
  };
  changeNumber: {
    path: {
      id: string;
    };
    query: {};
    /**
     * What is left out stays as it is; null takes it away.
     */
    body: {
      label?: string | null;
      voiceFlow?: string | null;
      messageFlow?: string | null;
      storeId?: string | null;
    };
    answer: {
      /**
       * Id of a number.
       */
      id: string;
      e164: string;
      label: string | null;
      provider: string;
      /**
       * Its vendor is an emulator: nothing real is sent or heard.
       */
      simulated: boolean;
      providerId: string | null;
      /**
       * The vendor's account it is in: a WABA.
       */
      account: string | null;
      channels: ("voice" | "sms" | "whatsapp")[];
      storeId: string | null;
      groupId: string | null;
      voiceFlow: string | null;
      messageFlow: string | null;
      /**
       * created, code_sent, verified, registered, subscribed, connected, deregistered; null: set up elsewhere.
       */
      lifecycle: string | null;
      /**
       * What its vendor says of it: status, quality, limit, name, blocked …
       */
      vendorState: {
        /**
         * This interface was referenced by `undefined`'s JSON-Schema definition
         * via the `patternProperty` "^.*$".
         */
        [k: string]: unknown;
      };
      /**
       * ISO 8601, UTC.
       */
      createdAt: string;
    };
  };
  changeNumberLink: {
    path: {
      id: string;
      code: string;
    };
    query: {};
    body: {
      /**
       * What the person's first message will say.
       */
      text: string;
      image?: "png" | "svg";
    };
    answer: {
      code: string;
      text: string;
      /**
       * Opens the chat with the text written.
       */
      url: string;
      /**
       * The QR code.
       */
      imageUrl: string | null;
    };
  };
  changeTemplate: {
    path: {
      id: string;
    };
    query: {};
    body: {
      module?: string | null;
      category: "utility" | "marketing" | "authentication";
      content: {
        /**
         * What it says; also what an SMS says.
         */
        body: string;
        header?:
          | {
              type: "text";
              text: string;
            }
          | {
              type: "image" | "video" | "document";
              /**
               * Id of a stored file, or an https address: what reviewers see, and what is sent where a send names no other.
               */
              sample: string;
            }
          | {
              type: "location";
            };
        footer?: string;
        /**
         * @maxItems 10
         */
        buttons?: (
          | {
              type: "quick_reply";
              text: string;
              /**
               * What a tap brings back; may name variables. Absent: the text of the button.
               */
              payload?: string;
            }
          | {
              type: "url";
              text: string;
              /**
               * May end in one variable.
               */
              url: string;
            }
          | {
              type: "phone";
              text: string;
              phone: string;
            }
          | {
              type: "copy_code";
              /**
               * A variable, or the code itself.
               */
              code: string;
            }
          | {
              type: "otp";
              text?: string;
            }
          | {
              type: "flow";
              text: string;
              /**
               * Meta's id of the form.
               */
              flowId: string;
              /**
               * What the form gives back; may name variables.
               */
              token?: string;
            }
        )[];
        /**
         * Of authentication templates, whose words on WhatsApp are Meta's own.
         */
        code?: {
          expiresMinutes?: number;
          /**
           * Adds the advice not to share the code with anybody.
           */
          recommendation?: boolean;
        };
      };
      /**
       * In the order vendors number them.
       *
       * @maxItems 100
       */
      variables?: {
        name: string;
        type?: "text" | "number" | "date" | "url";
        /**
         * What reviewers see.
         */
        example: string;
        description?: string;
      }[];
    };
    answer: Template & {
      problems: {
        /**
         * JSON pointer into `content` or `variables`.
         */
        path: string;
        code: string;
        message: string;
        /**
         * Whose rule it is; null: WhatsApp's.
         */
        provider: string | null;
      }[];
    };
  };
  checkCode: {
    path: {};
    query: {};
    body: {
      /**
       * E.164, or an address where the channel is email.
       */
      to: string;
      /**
       * As it was typed.
       */
      code: string;
    };
    answer: {
      /**
       * `wrong` may be tried again; `expired`: over, or used before; `too_many`: no more tries, send another code.
       */
      status: "approved" | "wrong" | "expired" | "too_many";
      valid: boolean;
      to: string;
    };
  };
  checkFlow: {
    path: {};
    query: {};
    body: unknown;
    answer: {
      problems: Problem[];
    };
  };
  checkTemplate: {
    path: {};
    query: {};
    body: {
      module?: string | null;
      category: "utility" | "marketing" | "authentication";
      content: {
        /**
         * What it says; also what an SMS says.
         */
        body: string;
        header?:
          | {
              type: "text";
              text: string;
            }
          | {
              type: "image" | "video" | "document";
              /**
               * Id of a stored file, or an https address: what reviewers see, and what is sent where a send names no other.
               */
              sample: string;
            }
          | {
              type: "location";
            };
        footer?: string;
        /**
         * @maxItems 10
         */
        buttons?: (
          | {
              type: "quick_reply";
              text: string;
              /**
               * What a tap brings back; may name variables. Absent: the text of the button.
               */
              payload?: string;
            }
          | {
              type: "url";
              text: string;
              /**
               * May end in one variable.
               */
              url: string;
            }
          | {
              type: "phone";
              text: string;
              phone: string;
            }
          | {
              type: "copy_code";
              /**
               * A variable, or the code itself.
               */
              code: string;
            }
          | {
              type: "otp";
              text?: string;
            }
          | {
              type: "flow";
              text: string;
              /**
               * Meta's id of the form.
               */
              flowId: string;
              /**
               * What the form gives back; may name variables.
               */
              token?: string;
            }
        )[];
        /**
         * Of authentication templates, whose words on WhatsApp are Meta's own.
         */
        code?: {
          expiresMinutes?: number;
          /**
           * Adds the advice not to share the code with anybody.
           */
          recommendation?: boolean;
        };
      };
      /**
       * In the order vendors number them.
       *
       * @maxItems 100
       */
      variables?: {
        name: string;
        type?: "text" | "number" | "date" | "url";
        /**
         * What reviewers see.
         */
        example: string;
        description?: string;
      }[];
    };
    answer: {
      /**
       * The body, filled in.
       */
      text: string;
      /**
       * What an SMS says.
       */
      sms: string;
      header: string | null;
      footer: string | null;
      buttons: {
        type: string;
        text: string;
        value: string | null;
      }[];
      problems: {
        /**
         * JSON pointer into `content` or `variables`.
         */
        path: string;
        code: string;
        message: string;
        /**
         * Whose rule it is; null: WhatsApp's.
         */
        provider: string | null;
      }[];
    };
  };
  closeConversation: {
    path: {
      id: string;
    };
    query: {};
    body: {
      /**
       * Id of one of your users.
       */
      by?: string;
    };
    answer: {
      /**
       * Id of a conversation: one person, one of your numbers, one channel.
       */
      id: string;
      channel: "whatsapp" | "sms";
      contact: {
        /**
         * E.164, or the vendor's id of somebody who hides their phone.
         */
        address: string;
        name: string | null;
      };
      number: {
        id: string | null;
        e164: string;
      };
      storeId: string | null;
      /**
       * `handoff`: people have it, and no flow answers in it.
       */
      status: "open" | "handoff" | "closed";
      assignedTo: string | null;
      team: string | null;
      unread: number;
      /**
       * The latest record it is about.
       */
      reference: {
        /**
         * Module of your own system, such as pms.
         */
        module: string;
        /**
         * Record of that module.
         */
        recordId: string;
      } | null;
      lastMessage: {
        id: string;
        direction: "inbound" | "outbound";
        /**
         * The first 200 characters.
         */
        body: string;
        /**
         * How many files.
         */
        media: number;
      } | null;
      /**
       * ISO 8601, UTC.
       */
      lastMessageAt: string;
      lastInboundAt: string | null;
      closedAt: string | null;
      closedBy: string | null;
      /**
       * ISO 8601, UTC.
       */
      createdAt: string;
      /**
       * Everything it was about, the latest first.
       */
      references: {
        /**
         * Module of your own system, such as pms.
         */
        module: string;
        /**
         * Record of that module.
         */
        recordId: string;
      }[];
    };
  };
  countUnread: {
    path: {};
    query: {
      channel?: "whatsapp" | "sms";
    };
    body: null;
    answer: {
      messages: number;
      /**
       * With unread messages.
       */
      conversations: number;
    };
  };
  createContact: {
    path: {};
    query: {};
    body: {
      /**
       * E.164, such as +573001234567.
       */
      phone: string;
      name?: string | null;
      locale?: string | null;
      timezone?: string | null;
      /**
       * Anything else, by name.
       */
      attributes?: {
        /**
         * This interface was referenced by `undefined`'s JSON-Schema definition
         * via the `patternProperty` "^.*$".
         */
        [k: string]: unknown;
      };
    };
    answer: {
      id: string;
      phone: string | null;
      /**
       * The vendor's own id of the person.
       */
      channelUserId: string | null;
      name: string | null;
      locale: string | null;
      timezone: string | null;
      /**
       * Channels this person wrote STOP on.
       */
      optedOut: string[];
      attributes: {
        /**
         * This interface was referenced by `undefined`'s JSON-Schema definition
         * via the `patternProperty` "^.*$".
         */
        [k: string]: unknown;
      };
      /**
       * ISO 8601, UTC.
       */
      createdAt: string;
      /**
       * ISO 8601, UTC.
       */
      updatedAt: string;
    };
  };
  createFlow: {
    path: {};
    query: {};
    body: Flow;
    answer: SavedFlow;
  };
  createKnowledge: {
    path: {};
    query: {};
    body: {
      title: string;
      /**
       * Documents an agent may be limited to.
       */
      collection?: string;
      kind?: "text" | "faq" | "web";
      language?: "es" | "en";
      /**
       * Where it was taken from.
       */
      sourceUrl?: string | null;
      /**
       * Plain text; an empty line parts paragraphs.
       */
      body?: string;
      /**
       * Of a FAQ.
       *
       * @maxItems 500
       */
      questions?: {
        question: string;
        answer: string;
      }[];
    };
    answer: {
      id: string;
      title: string;
      collection: string;
      kind: "text" | "faq" | "web";
      language: "es" | "en";
      sourceUrl: string | null;
      /**
       * How many pieces can be found.
       */
      passages: number;
      /**
       * ISO 8601, UTC.
       */
      createdAt: string;
      /**
       * ISO 8601, UTC.
       */
      updatedAt: string;
      body: string;
      questions: {
        question: string;
        answer: string;
      }[];
    };
  };
  createNumberLink: {
    path: {
      id: string;
    };
    query: {};
    body: {
      /**
       * What the person's first message will say.
       */
      text: string;
      image?: "png" | "svg";
    };
    answer: {
      code: string;
      text: string;
      /**
       * Opens the chat with the text written.
       */
      url: string;
      /**
       * The QR code.
       */
      imageUrl: string | null;
    };
  };
  createStore: {
    path: {};
    query: {};
    body: {
      name: string;
      groupId?: string | null;
      address?: string | null;
      city?: string | null;
      region?: string | null;
      /**
       * ISO 3166-1: CO.
       */
      country: string;
      postalCode?: string | null;
      lat?: number | null;
      lon?: number | null;
      /**
       * IANA name: America/Bogota.
       */
      timezone: string;
      /**
       * Its calls go to the mobile.
       */
      landline?: string | null;
      mobile?: string | null;
      website?: string | null;
      hours?: {
        weekly: {
          /**
           * @maxItems 24
           */
          mon?: {
            /**
             * HH:MM
             */
            from: string;
            /**
             * HH:MM; not after `from`: the next day
             */
            to: string;
          }[];
          /**
           * @maxItems 24
           */
          tue?: {
            /**
             * HH:MM
             */
            from: string;
            /**
             * HH:MM; not after `from`: the next day
             */
            to: string;
          }[];
          /**
           * @maxItems 24
           */
          wed?: {
            /**
             * HH:MM
             */
            from: string;
            /**
             * HH:MM; not after `from`: the next day
             */
            to: string;
          }[];
          /**
           * @maxItems 24
           */
          thu?: {
            /**
             * HH:MM
             */
            from: string;
            /**
             * HH:MM; not after `from`: the next day
             */
            to: string;
          }[];
          /**
           * @maxItems 24
           */
          fri?: {
            /**
             * HH:MM
             */
            from: string;
            /**
             * HH:MM; not after `from`: the next day
             */
            to: string;
          }[];
          /**
           * @maxItems 24
           */
          sat?: {
            /**
             * HH:MM
             */
            from: string;
            /**
             * HH:MM; not after `from`: the next day
             */
            to: string;
          }[];
          /**
           * @maxItems 24
           */
          sun?: {
            /**
             * HH:MM
             */
            from: string;
            /**
             * HH:MM; not after `from`: the next day
             */
            to: string;
          }[];
        };
        /**
         * @maxItems 500
         */
        holidays?: {
          /**
           * YYYY-MM-DD
           */
          date: string;
          name?: string;
          /**
           * @maxItems 24
           */
          hours?: {
            /**
             * HH:MM
             */
            from: string;
            /**
             * HH:MM; not after `from`: the next day
             */
            to: string;
          }[];
        }[];
        /**
         * @maxItems 500
         */
        exceptions?: {
          /**
           * YYYY-MM-DD
           */
          from: string;
          /**
           * Last day, included; absent: one day
           */
          to?: string;
          name?: string;
          /**
           * @maxItems 24
           */
          hours: {
            /**
             * HH:MM
             */
            from: string;
            /**
             * HH:MM; not after `from`: the next day
             */
            to: string;
          }[];
        }[];
      };
      webhook?: {
        /**
         * Hears of each interaction of the store, signed; private addresses are refused.
         */
        url: string;
        /**
         * Absent: kept, or made.
         */
        secret?: string;
      } | null;
    };
    answer: {
      id: string;
      name: string;
      groupId: string | null;
      address: string | null;
      city: string | null;
      region: string | null;
      country: string;
      postalCode: string | null;
      lat: number | null;
      lon: number | null;
      timezone: string;
      landline: string | null;
      mobile: string | null;
      website: string | null;
      hours: unknown;
      webhook: {
        url: string;
        /**
         * Only in the answer to the request that set it.
         */
        secret?: string;
      } | null;
      revision: number;
      /**
       * ISO 8601, UTC.
       */
      createdAt: string;
      /**
       * ISO 8601, UTC.
       */
      updatedAt: string;
    };
  };
  createStoreGroup: {
    path: {};
    query: {};
    body: {
      name: string;
      /**
       * IANA name: America/Bogota.
       */
      timezone: string;
      hours?: {
        weekly: {
          /**
           * @maxItems 24
           */
          mon?: {
            /**
             * HH:MM
             */
            from: string;
            /**
             * HH:MM; not after `from`: the next day
             */
            to: string;
          }[];
          /**
           * @maxItems 24
           */
          tue?: {
            /**
             * HH:MM
             */
            from: string;
            /**
             * HH:MM; not after `from`: the next day
             */
            to: string;
          }[];
          /**
           * @maxItems 24
           */
          wed?: {
            /**
             * HH:MM
             */
            from: string;
            /**
             * HH:MM; not after `from`: the next day
             */
            to: string;
          }[];
          /**
           * @maxItems 24
           */
          thu?: {
            /**
             * HH:MM
             */
            from: string;
            /**
             * HH:MM; not after `from`: the next day
             */
            to: string;
          }[];
          /**
           * @maxItems 24
           */
          fri?: {
            /**
             * HH:MM
             */
            from: string;
            /**
             * HH:MM; not after `from`: the next day
             */
            to: string;
          }[];
          /**
           * @maxItems 24
           */
          sat?: {
            /**
             * HH:MM
             */
            from: string;
            /**
             * HH:MM; not after `from`: the next day
             */
            to: string;
          }[];
          /**
           * @maxItems 24
           */
          sun?: {
            /**
             * HH:MM
             */
            from: string;
            /**
             * HH:MM; not after `from`: the next day
             */
            to: string;
          }[];
        };
        /**
         * @maxItems 500
         */
        holidays?: {
          /**
           * YYYY-MM-DD
           */
          date: string;
          name?: string;
          /**
           * @maxItems 24
           */
          hours?: {
            /**
             * HH:MM
             */
            from: string;
            /**
             * HH:MM; not after `from`: the next day
             */
            to: string;
          }[];
        }[];
        /**
         * @maxItems 500
         */
        exceptions?: {
          /**
           * YYYY-MM-DD
           */
          from: string;
          /**
           * Last day, included; absent: one day
           */
          to?: string;
          name?: string;
          /**
           * @maxItems 24
           */
          hours: {
            /**
             * HH:MM
             */
            from: string;
            /**
             * HH:MM; not after `from`: the next day
             */
            to: string;
          }[];
        }[];
      } | null;
    };
    answer: {
      id: string;
      name: string;
      timezone: string;
      hours: unknown;
      revision: number;
      /**
       * ISO 8601, UTC.
       */
      createdAt: string;
      /**
       * ISO 8601, UTC.
       */
      updatedAt: string;
    };
  };
  createTemplate: {
    path: {};
    query: {};
    body: NewTemplate;
    answer: Template & {
      problems: {
        /**
         * JSON pointer into `content` or `variables`.
         */
        path: string;
        code: string;
        message: string;
        /**
         * Whose rule it is; null: WhatsApp's.
         */
        provider: string | null;
      }[];
    };
  };
  deleteFlow: {
    path: {
      key: string;
    };
    query: {};
    body: null;
    answer: null;
  };
  deleteItem: {
    path: {
      table: string;
      key: string;
    };
    query: {};
    body: null;
    answer: null;
  };
  deleteKnowledge: {
    path: {
      document: string;
    };
    query: {};
    body: null;
    answer: null;
  };
  deleteList: {
    path: {
      id: string;
    };
    query: {};
    body: null;
    answer: null;
  };
  deleteNumberLink: {
    path: {
      id: string;
      code: string;
    };
    query: {};
    body: null;
    answer: null;
  };
  deleteStore: {
    path: {
      id: string;
    };
    query: {};
    body: null;
    answer: null;
  };
  deleteStoreGroup: {
    path: {
      id: string;
    };
    query: {};
    body: null;
    answer: null;
  };
  deleteTemplate: {
    path: {
      id: string;
    };
    query: {};
    body: null;
    answer: null;
  };
  deregisterNumber: {
    path: {
      id: string;
    };
    query: {};
    body: {};
    answer: {
      /**
       * Id of a number.
       */
      id: string;
      e164: string;
      label: string | null;
      provider: string;
      /**
       * Its vendor is an emulator: nothing real is sent or heard.
       */
      simulated: boolean;
      providerId: string | null;
      /**
       * The vendor's account it is in: a WABA.
       */
      account: string | null;
      channels: ("voice" | "sms" | "whatsapp")[];
      storeId: string | null;
      groupId: string | null;
      voiceFlow: string | null;
      messageFlow: string | null;
      /**
       * created, code_sent, verified, registered, subscribed, connected, deregistered; null: set up elsewhere.
       */
      lifecycle: string | null;
      /**
       * What its vendor says of it: status, quality, limit, name, blocked …
       */
      vendorState: {
        /**
         * This interface was referenced by `undefined`'s JSON-Schema definition
         * via the `patternProperty` "^.*$".
         */
        [k: string]: unknown;
      };
      /**
       * ISO 8601, UTC.
       */
      createdAt: string;
    };
  };
  endOtherSessions: {
    path: {};
    query: {};
    body: null;
    answer: {
      ended: number;
    };
  };
  endSession: {
    path: {
      id: string;
    };
    query: {};
    body: null;
    answer: null;
  };
  endSimulation: {
    path: {
      id: string;
    };
    query: {};
    body: null;
    answer: null;
  };
  exportConsents: {
    path: {};
    query: {
      cursor?: string;
    };
    body: null;
    answer: null;
  };
  forgetContact: {
    path: {
      id: string;
    };
    query: {};
    body: null;
    answer: null;
  };
  linkStats: {
    path: {};
    query: {
      flow?: string;
      from?: string;
      to?: string;
    };
    body: null;
    answer: {
      items: {
        url: string;
        /**
         * How many were sent.
         */
        links: number;
        /**
         * How many of them a person opened.
         */
        opened: number;
        clicks: number;
        previews: number;
      }[];
      nextCursor: null;
    };
  };
  listAudit: {
    path: {};
    query: {
      target?: string;
      action?: string;
      actor?: string;
      cursor?: string;
      limit?: number;
    };
    body: null;
    answer: {
      items: {
        /**
         * Id of a line.
         */
        id: string;
        /**
         * ISO 8601, UTC.
         */
        at: string;
        /**
         * The API key or user that did it.
         */
        actor: string;
        /**
         * Such as `effect.resolve`.
         */
        action: string;
        /**
         * Id of what it was done to.
         */
        target: string;
        details: {
          /**
           * This interface was referenced by `undefined`'s JSON-Schema definition
           * via the `patternProperty` "^.*$".
           */
          [k: string]: unknown;
        };
      }[];
      nextCursor: string | null;
    };
  };
  listClicks: {
    path: {
      code: string;
    };
    query: {
      cursor?: string;
      limit?: number;
    };
    body: null;
    answer: {
      items: {
        id: string;
        /**
         * ISO 8601, UTC.
         */
        at: string;
        kind: "person" | "preview";
        agent: string;
      }[];
      nextCursor: string | null;
    };
  };
  listConsents: {
    path: {
      id: string;
    };
    query: {
      cursor?: string;
      limit?: number;
    };
    body: null;
    answer: {
      items: {
        id: string;
        channel: "sms" | "whatsapp" | "voice";
        purpose: "service" | "notice" | "marketing";
        state: "granted" | "denied";
        /**
         * Where it was said: keyword, vendor, flow, api, form …
         */
        source: string;
        evidence: {
          /**
           * This interface was referenced by `undefined`'s JSON-Schema definition
           * via the `patternProperty` "^.*$".
           */
          [k: string]: unknown;
        };
        /**
         * ISO 8601, UTC.
         */
        at: string;
        runId: string | null;
        /**
         * The message it was said in, at the vendor.
         */
        messageRef: string | null;
        /**
         * The API key that recorded it.
         */
        actor: string | null;
      }[];
      nextCursor: string | null;
    };
  };
  listContacts: {
    path: {};
    query: {
      phone?: string;
      name?: string;
      cursor?: string;
      limit?: number;
    };
    body: null;
    answer: {
      items: {
        id: string;
        phone: string | null;
        /**
         * The vendor's own id of the person.
         */
        channelUserId: string | null;
        name: string | null;
        locale: string | null;
        timezone: string | null;
        /**
         * Channels this person wrote STOP on.
         */
        optedOut: string[];
        attributes: {
          /**
           * This interface was referenced by `undefined`'s JSON-Schema definition
           * via the `patternProperty` "^.*$".
           */
          [k: string]: unknown;
        };
        /**
         * ISO 8601, UTC.
         */
        createdAt: string;
        /**
         * ISO 8601, UTC.
         */
        updatedAt: string;
      }[];
      nextCursor: string | null;
    };
  };
  listConversationMessages: {
    path: {
      id: string;
    };
    query: {
      cursor?: string;
      limit?: number;
    };
    body: null;
    answer: {
      items: Message[];
      nextCursor: string | null;
    };
  };
  listConversations: {
    path: {};
    query: {
      module?: string;
      recordId?: string;
      contact?: string;
      number?: string;
      store?: string;
      status?: "open" | "handoff" | "closed";
      channel?: "whatsapp" | "sms";
      assignedTo?: string;
      unread?: boolean;
      from?: string;
      to?: string;
      search?: string;
      cursor?: string;
      limit?: number;
    };
    body: null;
    answer: {
      items: Conversation[];
      nextCursor: string | null;
    };
  };
  listCredits: {
    path: {};
    query: {};
    body: null;
    answer: {
      items: {
        /**
         * What is counted: sms, whatsapp, voice, lookup, verify, ai.
         */
        meter: string;
        unlimited: boolean;
        balance: number | null;
        /**
         * Reserved by runs that are under way.
         */
        held: number;
        remaining: number | null;
        /**
         * What the plan gives each month; null: it says nothing, or there is no limit.
         */
        monthly: number | null;
        resetsAt: string | null;
      }[];
      nextCursor: null;
    };
  };
  listEffects: {
    path: {};
    query: {
      state?: "in_doubt" | "unresolved" | "planned" | "sending" | "retrying";
      run?: string;
      provider?: string;
      channel?: "sms" | "whatsapp" | "voice";
      cursor?: string;
      limit?: number;
    };
    body: null;
    answer: {
      items: {
        /**
         * Id of an outside effect.
         */
        id: string;
        runId: string;
        /**
         * Its run is not over; it may still be sent again.
         */
        runOpen: boolean;
        stepKey: string;
        part: string;
        kind: string;
        provider: string;
        channel: string | null;
        from: string | null;
        to: string | null;
        body: string | null;
        state: string;
        status: string | null;
        ref: string | null;
        attempts: number;
        /**
         * Sends that may have doubled an earlier one.
         */
        resends: number;
        /**
         * ISO 8601, UTC.
         */
        createdAt: string;
        /**
         * ISO 8601, UTC.
         */
        sentAt: string;
        /**
         * Of a planned one: when its sender may send it.
         */
        leavesAt: string | null;
        settledAt: string | null;
        /**
         * Milliseconds since it was last sent.
         */
        ageMs: number;
        /**
         * What is done when nobody can tell.
         */
        policy: "give-up" | "resend";
        evidence: {
          /**
           * Why it is in doubt or tried again.
           */
          lastError: string | null;
          /**
           * How it was looked for: `list-api`.
           */
          lookedBy: string | null;
          lookedAt: string | null;
          lookups: number;
          lookupError: string | null;
          /**
           * Of one in doubt: until then evidence is waited for at most.
           */
          graceEndsAt: string | null;
        };
      }[];
      nextCursor: string | null;
    };
  };
  listEventsOfNumber: {
    path: {
      id: string;
    };
    query: {
      field?: string;
      severity?: "info" | "warning" | "critical";
      cursor?: string;
      limit?: number;
    };
    body: null;
    answer: {
      items: {
        /**
         * Id of an event.
         */
        id: string;
        /**
         * ISO 8601, UTC.
         */
        at: string;
        /**
         * Null: about its whole account.
         */
        numberId: string | null;
        contactId: string | null;
        provider: string;
        account: string | null;
        /**
         * Where the vendor said it: account_update, phone_number_quality_update …
         */
        field: string;
        event: string;
        /**
         * info, warning, critical.
         */
        severity: string;
        /**
         * The message it is about, such as a reaction's.
         */
        aboutRef: string | null;
        data: {
          /**
           * This interface was referenced by `undefined`'s JSON-Schema definition
           * via the `patternProperty` "^.*$".
           */
          [k: string]: unknown;
        };
      }[];
      nextCursor: string | null;
    };
  };
  listFlowActivity: {
    path: {};
    query: {};
    body: null;
    answer: {
      items: {
        /**
         * Key of a flow.
         */
        flow: string;
        running: number;
        /**
         * For an answer, a time, a call …
         */
        waiting: number;
      }[];
      nextCursor: null;
    };
  };
  listFlows: {
    path: {};
    query: {
      search?: string;
      cursor?: string;
      limit?: number;
    };
    body: null;
    answer: {
      items: {
        /**
         * Key of a flow.
         */
        key: string;
        name: string;
        /**
         * Counts the saves of the draft; PUT wants it in If-Match.
         */
        revision: number;
        /**
         * Number of the published version.
         */
        published: number | null;
        /**
         * Secret address of its generic webhook.
         */
        hookUrl: string;
        /**
         * ISO 8601, UTC.
         */
        updatedAt: string;
        description: string | null;
        /**
         * Types of its triggers.
         */
        starts: string[];
        /**
         * The draft is not what was published.
         */
        changed: boolean;
      }[];
      nextCursor: string | null;
    };
  };
  listGallery: {
    path: {};
    query: {};
    body: null;
    answer: {
      items: {
        /**
         * Key of a flow.
         */
        key: string;
        name: {
          en: string;
          es: string;
        };
        text: {
          en: string;
          es: string;
        };
        /**
         * Module of the ERP whose events it answers; null: it is for anybody.
         */
        module: string | null;
        /**
         * Types of its triggers.
         */
        starts: string[];
        /**
         * Of its nodes.
         */
        families: string[];
        channels: ("voice" | "sms" | "whatsapp")[];
        /**
         * Enough to draw it.
         */
        shape: {
          nodes: {
            id: string;
            type: string;
            family: string;
            x: number;
            y: number;
          }[];
          edges: {
            source: string;
            target: string;
          }[];
        };
      }[];
      nextCursor: null;
    };
  };
  listGoals: {
    path: {};
    query: {
      name?: string;
      flow?: string;
      run?: string;
      from?: string;
      to?: string;
      cursor?: string;
      limit?: number;
    };
    body: null;
    answer: {
      items: {
        name: string;
        value: number | null;
        currency: string | null;
        flow: string;
        runId: string;
        stepKey: string;
        /**
         * ISO 8601, UTC.
         */
        at: string;
      }[];
      nextCursor: string | null;
    };
  };
  listInteractions: {
    path: {};
    query: {
      store?: string;
      group?: string;
      number?: string;
      flow?: string;
      contact?: string;
      kind?: string;
      outcome?: string;
      from?: string;
      to?: string;
      cursor?: string;
      limit?: number;
    };
    body: null;
    answer: {
      items: {
        id: string;
        runId: string;
        /**
         * Type of the trigger.
         */
        kind: string;
        flow: string;
        contact: string | null;
        numberId: string | null;
        /**
         * The number that was called or wrote.
         */
        number: string | null;
        groupId: string | null;
        /**
         * The store it turned out to be for.
         */
        storeId: string | null;
        outcome: string;
        credits: {
          /**
           * This interface was referenced by `undefined`'s JSON-Schema definition
           * via the `patternProperty` "^.*$".
           */
          [k: string]: number;
        };
        costs: {
          forwarding: {
            units: number;
            /**
             * In the tenant's currency; null: the operator has set no price.
             */
            money: number | null;
          };
          message: {
            units: number;
            /**
             * In the tenant's currency; null: the operator has set no price.
             */
            money: number | null;
          };
          lookup: {
            units: number;
            /**
             * In the tenant's currency; null: the operator has set no price.
             */
            money: number | null;
          };
          geolocation: {
            units: number;
            /**
             * In the tenant's currency; null: the operator has set no price.
             */
            money: number | null;
          };
          verify: {
            units: number;
            /**
             * In the tenant's currency; null: the operator has set no price.
             */
            money: number | null;
          };
          ai: {
            units: number;
            /**
             * In the tenant's currency; null: the operator has set no price.
             */
            money: number | null;
          };
        };
        /**
         * In the tenant's currency; null: the operator has set no price.
         */
        money: number | null;
        /**
         * ISO 4217.
         */
        currency: string;
        goals: number;
        /**
         * In the tenant's currency; null: the operator has set no price.
         */
        value: number | null;
        /**
         * Value for each unit of money spent; null where one of the two is not known.
         */
        returnOnSpend: number | null;
        /**
         * ISO 8601, UTC.
         */
        at: string;
      }[];
      nextCursor: string | null;
    };
  };
  listItems: {
    path: {
      table: string;
    };
    query: {
      prefix?: string;
      cursor?: string;
      limit?: number;
    };
    body: null;
    answer: {
      items: {
        key: string;
        value: unknown;
        /**
         * Counts the writes.
         */
        version: number;
        /**
         * Null: never.
         */
        expiresAt: string | null;
        /**
         * ISO 8601, UTC.
         */
        updatedAt: string;
      }[];
      nextCursor: string | null;
    };
  };
  listKnowledge: {
    path: {};
    query: {
      collection?: string;
      cursor?: string;
      limit?: number;
    };
    body: null;
    answer: {
      items: {
        id: string;
        title: string;
        collection: string;
        kind: "text" | "faq" | "web";
        language: "es" | "en";
        sourceUrl: string | null;
        /**
         * How many pieces can be found.
         */
        passages: number;
        /**
         * ISO 8601, UTC.
         */
        createdAt: string;
        /**
         * ISO 8601, UTC.
         */
        updatedAt: string;
      }[];
      nextCursor: string | null;
    };
  };
  listLinks: {
    path: {};
    query: {
      run?: string;
      recipient?: string;
      clicked?: "yes" | "no";
      cursor?: string;
      limit?: number;
    };
    body: null;
    answer: {
      items: {
        code: string;
        /**
         * Where it leads.
         */
        url: string;
        runId: string | null;
        /**
         * The step that sent it: run:node:visit.
         */
        stepKey: string | null;
        /**
         * Whom it was made for.
         */
        recipient: string | null;
        /**
         * By people.
         */
        clicks: number;
        /**
         * By programs: previews of chats, scanners, crawlers.
         */
        previews: number;
        firstClickAt: string | null;
        lastClickAt: string | null;
        expiresAt: string | null;
        /**
         * ISO 8601, UTC.
         */
        createdAt: string;
      }[];
      nextCursor: string | null;
    };
  };
  listLists: {
    path: {};
    query: {
      cursor?: string;
      limit?: number;
    };
    body: null;
    answer: {
      items: {
        /**
         * Id of a list.
         */
        id: string;
        name: string;
        /**
         * People in it, each once.
         */
        recipients: number;
        /**
         * Entries whose number had come before.
         */
        duplicates: number;
        /**
         * Entries without a phone number; nobody is written to for them.
         */
        invalid: number;
        /**
         * The first hundred of them.
         */
        invalidFirst: {
          line: number;
          value: string;
        }[];
        /**
         * ISO 8601, UTC.
         */
        createdAt: string;
      }[];
      nextCursor: string | null;
    };
  };
  listMessages: {
    path: {};
    query: {
      to?: string;
      from?: string;
      channel?: "whatsapp" | "sms";
      status?: "queued" | "sent" | "delivered" | "read" | "failed" | "unknown" | "received";
      direction?: "inbound" | "outbound";
      since?: string;
      module?: string;
      recordId?: string;
      run?: string;
      cursor?: string;
      limit?: number;
    };
    body: null;
    answer: {
      items: Message[];
      nextCursor: string | null;
    };
  };
  listModules: {
    path: {};
    query: {};
    body: null;
    answer: {
      items: {
        module: string;
        title: {
          en: string;
          es: string;
        };
        /**
         * @minItems 1
         */
        templates: {
          key: string;
          /**
           * As POST /events reports it; the flow of the module answers it with this notice.
           */
          event: string;
          title: {
            en: string;
            es: string;
          };
          purpose: "service" | "notice" | "marketing";
          /**
           * What vendors call it.
           */
          category: "utility" | "marketing" | "authentication";
          /**
           * @minItems 1
           */
          channels: ("whatsapp" | "sms")[];
          variables: {
            name: string;
            title: {
              en: string;
              es: string;
            };
            /**
             * As vendors ask for it when they approve a template.
             */
            example: string;
          }[];
          bodies: {
            en: string;
            es: string;
          };
        }[];
      }[];
      nextCursor: null;
    };
  };
  listNodeTypes: {
    path: {};
    query: {};
    body: null;
    answer: {
      items: {
        type: string;
        version: number;
        kind: "node" | "trigger";
        plugin: string;
        /**
         * Its vendor is an emulator.
         */
        simulated: boolean;
        title: {
          en: string;
          es: string;
        };
        help: {
          en: string;
          es: string;
        };
        family: string;
        /**
         * Tabler icon name.
         */
        icon: string;
        params: {
          /**
           * This interface was referenced by `undefined`'s JSON-Schema definition
           * via the `patternProperty` "^.*$".
           */
          [k: string]: unknown;
        };
        ports: unknown[];
        outputs: {
          /**
           * This interface was referenced by `undefined`'s JSON-Schema definition
           * via the `patternProperty` "^.*$".
           */
          [k: string]: unknown;
        };
        example: {
          title: {
            en: string;
            es: string;
          };
          params: {
            /**
             * This interface was referenced by `undefined`'s JSON-Schema definition
             * via the `patternProperty` "^.*$".
             */
            [k: string]: unknown;
          };
        };
        effect?: "none" | "repeatable" | "once";
        waits?: boolean;
        /**
         * It speaks to or hears from whoever waits for the flow's answer.
         */
        needsLine?: boolean;
        cost?: {
          /**
           * This interface was referenced by `undefined`'s JSON-Schema definition
           * via the `patternProperty` "^.*$".
           */
          [k: string]: unknown;
        };
        credential?: string;
        replacedBy?: string;
        answers?: "reply" | "ack";
      }[];
      nextCursor: null;
    };
  };
  listNumberEvents: {
    path: {};
    query: {
      field?: string;
      severity?: "info" | "warning" | "critical";
      cursor?: string;
      limit?: number;
    };
    body: null;
    answer: {
      items: {
        /**
         * Id of an event.
         */
        id: string;
        /**
         * ISO 8601, UTC.
         */
        at: string;
        /**
         * Null: about its whole account.
         */
        numberId: string | null;
        contactId: string | null;
        provider: string;
        account: string | null;
        /**
         * Where the vendor said it: account_update, phone_number_quality_update …
         */
        field: string;
        event: string;
        /**
         * info, warning, critical.
         */
        severity: string;
        /**
         * The message it is about, such as a reaction's.
         */
        aboutRef: string | null;
        data: {
          /**
           * This interface was referenced by `undefined`'s JSON-Schema definition
           * via the `patternProperty` "^.*$".
           */
          [k: string]: unknown;
        };
      }[];
      nextCursor: string | null;
    };
  };
  listNumberLinks: {
    path: {
      id: string;
    };
    query: {};
    body: null;
    answer: {
      items: {
        code: string;
        text: string;
        /**
         * Opens the chat with the text written.
         */
        url: string;
        /**
         * The QR code.
         */
        imageUrl: string | null;
      }[];
      nextCursor: null;
    };
  };
  listNumbers: {
    path: {};
    query: {
      provider?: string;
      cursor?: string;
      limit?: number;
    };
    body: null;
    answer: {
      items: {
        /**
         * Id of a number.
         */
        id: string;
        e164: string;
        label: string | null;
        provider: string;
        /**
         * Its vendor is an emulator: nothing real is sent or heard.
         */
        simulated: boolean;
        providerId: string | null;
        /**
         * The vendor's account it is in: a WABA.
         */
        account: string | null;
        channels: ("voice" | "sms" | "whatsapp")[];
        storeId: string | null;
        groupId: string | null;
        voiceFlow: string | null;
        messageFlow: string | null;
        /**
         * created, code_sent, verified, registered, subscribed, connected, deregistered; null: set up elsewhere.
         */
        lifecycle: string | null;
        /**
         * What its vendor says of it: status, quality, limit, name, blocked …
         */
        vendorState: {
          /**
           * This interface was referenced by `undefined`'s JSON-Schema definition
           * via the `patternProperty` "^.*$".
           */
          [k: string]: unknown;
        };
        /**
         * ISO 8601, UTC.
         */
        createdAt: string;
      }[];
      nextCursor: string | null;
    };
  };
  listOptions: {
    path: {
      source: ("templates" | "numbers" | "stores" | "store-groups") | string;
    };
    query: {
      search?: string;
      value?: string;
      cursor?: string;
      limit?: number;
    };
    body: null;
    answer: {
      items: {
        value: string;
        label: string;
        detail: string;
        /**
         * Of templates: a value for each is needed.
         */
        variables?: string[];
      }[];
      nextCursor: string | null;
    };
  };
  listPersonas: {
    path: {};
    query: {};
    body: null;
    answer: {
      items: {
        id: string;
        /**
         * E.164, or hidden.
         */
        phone: string;
        name: {
          en: string;
          es: string;
        };
        detail: {
          en: string;
          es: string;
        };
        /**
         * ISO 3166 alpha-2; null: hidden.
         */
        country: string | null;
      }[];
    };
  };
  listPrices: {
    path: {};
    query: {
      channel?: "sms" | "whatsapp" | "voice" | "lookup" | "verify" | "ai" | "geolocation";
      country?: string;
      at?: string;
      cursor?: string;
      limit?: number;
    };
    body: null;
    answer: {
      items: {
        /**
         * What is used.
         */
        channel: "sms" | "whatsapp" | "voice" | "lookup" | "verify" | "ai" | "geolocation";
        /**
         * ISO 3166-1 alpha-2 of whom it is for; `*`: any.
         */
        country: string;
        /**
         * ISO 4217.
         */
        currency: string;
        /**
         * Of one unit: a message or segment, a minute, a question.
         */
        unitPrice: number;
        /**
         * `own` stands before the operator's.
         */
        source: "own" | "operator";
        /**
         * ISO 8601, UTC.
         */
        validFrom: string;
      }[];
      nextCursor: string | null;
      /**
       * The money your usage is told in, and the rate by which prices in dollars become it.
       */
      counting: {
        /**
         * ISO 4217.
         */
        currency: string;
        perUsd: number | null;
        validFrom: string | null;
      };
    };
  };
  listReturns: {
    path: {};
    query: {
      by?: "flow" | "campaign" | "store" | "template" | "message";
      from?: string;
      to?: string;
      limit?: number;
    };
    body: null;
    answer: {
      /**
       * ISO 4217.
       */
      currency: string;
      items: {
        key: string | null;
        interactions: number;
        messages: number;
        goals: number;
        /**
         * In the tenant's currency; null: the operator has set no price.
         */
        money: number | null;
        /**
         * In the tenant's currency; null: the operator has set no price.
         */
        value: number | null;
        /**
         * Value for each unit of money spent; null where one of the two is not known.
         */
        returnOnSpend: number | null;
      }[];
    };
  };
  listRuns: {
    path: {};
    query: {
      flow?: string;
      status?: "queued" | "running" | "waiting" | "succeeded" | "failed" | "cancelled";
      deadLetter?: boolean;
      contact?: string;
      from?: string;
      to?: string;
      parent?: string;
      cursor?: string;
      limit?: number;
    };
    body: null;
    answer: {
      items: {
        /**
         * Id of a run.
         */
        id: string;
        /**
         * Key of a flow; one that begins with _ is the engine's own.
         */
        flow: string;
        status: "queued" | "running" | "waiting" | "succeeded" | "failed" | "cancelled";
        /**
         * Type of the trigger that started it.
         */
        trigger: string;
        /**
         * Phone number of the person it is about.
         */
        contact: string | null;
        contactName: string | null;
        /**
         * ISO 8601, UTC.
         */
        startedAt: string;
        endedAt: string | null;
        /**
         * Until when it waits.
         */
        wakeAt: string | null;
        /**
         * Since when it is to stand still before its next step; null: it is not.
         */
        pausedAt: string | null;
        /**
         * Number of the flow's version.
         */
        version: number | null;
        /**
         * Id of the node it stands at, or ended at.
         */
        node: string | null;
        /**
         * The run that started it: as a branch, an item of a list, or a called flow.
         */
        parentRunId: string | null;
        /**
         * Key of the step that did.
         */
        parentStep: string | null;
        /**
         * Which of that step's children it is: a branch, the index of an item, the flow it runs.
         */
        branch: string | null;
        /**
         * Once it is over: the name the flow gave its end, `completed`, or the code of the error.
         */
        outcome: string | null;
        /**
         * Credits used so far, by meter.
         */
        credits: {
          /**
           * This interface was referenced by `undefined`'s JSON-Schema definition
           * via the `patternProperty` "^.*$".
           */
          [k: string]: number;
        };
      }[];
      nextCursor: string | null;
    };
  };
  listSchedules: {
    path: {
      key: string;
    };
    query: {};
    body: null;
    answer: {
      items: {
        /**
         * Key of a flow.
         */
        flow: string;
        nodeId: string;
        cron: string;
        /**
         * Null: the tenant's.
         */
        timezone: string | null;
        paused: boolean;
        /**
         * Why it does not fire.
         */
        fault: string | null;
        /**
         * Null: never again, or not worked out yet, which takes a second.
         */
        nextAt: string | null;
        lastAt: string | null;
      }[];
      nextCursor: string | null;
    };
  };
  listSessions: {
    path: {};
    query: {};
    body: null;
    answer: {
      items: {
        /**
         * Id of a session.
         */
        id: string;
        /**
         * It is the one that asks.
         */
        current: boolean;
        tenantId: string;
        /**
         * As the browser said it.
         */
        userAgent: string | null;
        /**
         * Where it began.
         */
        ip: string | null;
        /**
         * ISO 8601, UTC.
         */
        createdAt: string;
        /**
         * ISO 8601, UTC.
         */
        seenAt: string;
        /**
         * ISO 8601, UTC.
         */
        expiresAt: string;
      }[];
    };
  };
  listStoreDeliveries: {
    path: {
      id: string;
    };
    query: {
      cursor?: string;
      limit?: number;
    };
    body: null;
    answer: {
      items: {
        id: string;
        interactionId: string;
        state: "pending" | "delivered" | "failed";
        attempts: number;
        /**
         * Of the last answer.
         */
        status: number | null;
        error: string | null;
        nextAt: string | null;
        /**
         * ISO 8601, UTC.
         */
        createdAt: string;
      }[];
      nextCursor: string | null;
    };
  };
  listStoreGroups: {
    path: {};
    query: {
      cursor?: string;
      limit?: number;
    };
    body: null;
    answer: {
      items: {
        id: string;
        name: string;
        timezone: string;
        hours: unknown;
        revision: number;
        /**
         * ISO 8601, UTC.
         */
        createdAt: string;
        /**
         * ISO 8601, UTC.
         */
        updatedAt: string;
      }[];
      nextCursor: string | null;
    };
  };
  listStores: {
    path: {};
    query: {
      group?: string;
      landline?: string;
      mobile?: string;
      cursor?: string;
      limit?: number;
    };
    body: null;
    answer: {
      items: {
        id: string;
        name: string;
        groupId: string | null;
        address: string | null;
        city: string | null;
        region: string | null;
        country: string;
        postalCode: string | null;
        lat: number | null;
        lon: number | null;
        timezone: string;
        landline: string | null;
        mobile: string | null;
        website: string | null;
        hours: unknown;
        webhook: {
          url: string;
          /**
           * Only in the answer to the request that set it.
           */
          secret?: string;
        } | null;
        revision: number;
        /**
         * ISO 8601, UTC.
         */
        createdAt: string;
        /**
         * ISO 8601, UTC.
         */
        updatedAt: string;
      }[];
      nextCursor: string | null;
    };
  };
  listTemplates: {
    path: {};
    query: {
      module?: string;
      locale?: string;
      status?:
        "draft" | "submitting" | "pending" | "approved" | "rejected" | "paused" | "disabled" | "deleted" | "failed";
      search?: string;
      cursor?: string;
      limit?: number;
    };
    body: null;
    answer: {
      items: Template[];
      nextCursor: string | null;
    };
  };
  listUsage: {
    path: {};
    query: {
      channel?: "sms" | "whatsapp" | "voice" | "lookup" | "verify" | "ai" | "geolocation";
      module?: string;
      from?: string;
      to?: string;
      cursor?: string;
      limit?: number;
    };
    body: null;
    answer: {
      items: {
        id: string;
        /**
         * ISO 8601, UTC.
         */
        at: string;
        channel: string;
        /**
         * message, forwarding, lookup, verify, geolocation, ai.
         */
        part: string;
        /**
         * Credits; questions where it costs none.
         */
        units: number;
        /**
         * In the tenant's currency; null: the operator has set no price.
         */
        money: number | null;
        /**
         * ISO 4217.
         */
        currency: string;
        country: string;
        recipient: string | null;
        template: string | null;
        messageId: string | null;
        module: string | null;
        runId: string | null;
      }[];
      nextCursor: string | null;
    };
  };
  listVersions: {
    path: {
      key: string;
    };
    query: {};
    body: null;
    answer: {
      items: VersionSummary[];
      nextCursor: null;
    };
  };
  login: {
    path: {};
    query: {};
    body: {
      email: string;
      password: string;
    };
    answer: SignedIn;
  };
  logout: {
    path: {};
    query: {};
    body: null;
    answer: null;
  };
  markConversationRead: {
    path: {
      id: string;
    };
    query: {};
    body: null;
    answer: {
      unread: 0;
      /**
       * `none`: the channel knows no read receipts, or nothing came in.
       */
      receipt: "sent" | "none" | "failed";
    };
  };
  notify: {
    path: {};
    query: {};
    body: {
      /**
       * `pms`, `pos` …
       */
      module: string;
      /**
       * Key of the notice, such as pos-order-ready. Your own template of this key comes first.
       */
      template: string;
      /**
       * Tried in this order; absent: those of the notice.
       *
       * @minItems 1
       */
      channels?: ("whatsapp" | "sms")[];
      /**
       * Language of the template; absent: yours.
       */
      locale?: string;
      /**
       * E.164, such as +573001234567.
       */
      to: string;
      /**
       * A value for each name in the template.
       */
      variables?: {
        /**
         * This interface was referenced by `undefined`'s JSON-Schema definition
         * via the `patternProperty` "^.*$".
         */
        [k: string]: string | number;
      };
      /**
       * For which store: its number and templates.
       */
      storeId?: string;
      /**
       * Record of that module.
       */
      recordId?: string;
      /**
       * As the header Idempotency-Key.
       */
      idempotencyKey?: string;
    };
    answer: {
      /**
       * Id of a run.
       */
      runId: string;
      /**
       * Null: it waits for its sender's turn.
       */
      messageId: string | null;
      channel: ("whatsapp" | "sms") | null;
      /**
       * queued, sent, delivered, read, failed, unknown.
       */
      status: string;
    };
  };
  notifyMany: {
    path: {};
    query: {};
    body: {
      /**
       * `pms`, `pos` …
       */
      module: string;
      /**
       * Key of the notice, such as pos-order-ready. Your own template of this key comes first.
       */
      template: string;
      /**
       * Tried in this order; absent: those of the notice.
       *
       * @minItems 1
       */
      channels?: ("whatsapp" | "sms")[];
      /**
       * Language of the template; absent: yours.
       */
      locale?: string;
      /**
       * Phones, or objects with a `phone` and a value for each variable that is its own.
       *
       * @minItems 1
       * @maxItems 10000
       */
      recipients?: unknown[];
      /**
       * With a header: a column phone, and one for each variable.
       */
      csv?: string;
      /**
       * Id of a list.
       */
      list?: string;
      /**
       * Your contacts that are so and may be written to.
       */
      contacts?: {
        /**
         * Whose last store it is.
         */
        storeId?: string;
        locale?: string;
        /**
         * What their attributes have.
         */
        attributes?: {
          /**
           * This interface was referenced by `undefined`'s JSON-Schema definition
           * via the `patternProperty` "^.*$".
           */
          [k: string]: string;
        };
      };
      /**
       * Values for everybody; what an entry says of its own comes first.
       */
      variables?: {
        /**
         * This interface was referenced by `undefined`'s JSON-Schema definition
         * via the `patternProperty` "^.*$".
         */
        [k: string]: string | number;
      };
      fromNumber?: string;
      /**
       * Where nobody knows whether one left, and the vendor's list does not show it.
       */
      onDoubt?: "give-up" | "resend";
      /**
       * As the header Idempotency-Key.
       */
      idempotencyKey?: string;
    };
    answer: {
      /**
       * Id of a run.
       */
      runId: string;
      /**
       * Null: contacts, which are looked up when the run begins.
       */
      list: {
        /**
         * Id of a list.
         */
        id: string;
        /**
         * People in it, each once.
         */
        recipients: number;
        /**
         * Entries whose number had come before.
         */
        duplicates: number;
        /**
         * Entries without a phone number; nobody is written to for them.
         */
        invalid: number;
        /**
         * The first hundred of them.
         */
        invalidFirst: {
          line: number;
          value: string;
        }[];
      } | null;
    };
  };
  pauseRun: {
    path: {
      id: string;
    };
    query: {};
    body: null;
    answer: RunAccepted;
  };
  pauseSchedule: {
    path: {
      key: string;
      nodeId: string;
    };
    query: {};
    body: {
      paused: boolean;
    };
    answer: {
      /**
       * Key of a flow.
       */
      flow: string;
      nodeId: string;
      cron: string;
      /**
       * Null: the tenant's.
       */
      timezone: string | null;
      paused: boolean;
      /**
       * Why it does not fire.
       */
      fault: string | null;
      /**
       * Null: never again, or not worked out yet, which takes a second.
       */
      nextAt: string | null;
      lastAt: string | null;
    };
  };
  previewMessage: {
    path: {};
    query: {};
    body: {
      channel: "sms" | "whatsapp";
      text: string;
      /**
       * E.164, such as +573001234567.
       */
      to?: string;
      purpose?: "service" | "notice" | "marketing";
      smartEncoding?: boolean;
    };
    answer: {
      channel: "sms" | "whatsapp";
      /**
       * As it would be sent.
       */
      text: string;
      /**
       * Parts the carrier counts; 1 on WhatsApp.
       */
      segments: number;
      encoding: ("GSM-7" | "UCS-2") | null;
      characters: number;
      unitsPerSegment: number | null;
      /**
       * Characters that make a segment hold 70 instead of 160.
       */
      costly: string[];
      warning: string | null;
      cost: {
        meter: string;
        credits: number;
        /**
         * Null: unlimited.
         */
        remaining: number | null;
      };
      /**
       * What would keep it from being sent now; null: nothing, or nobody was named.
       */
      held: {
        /**
         * quiet_hours, opted_out, no_consent, country_not_allowed …
         */
        code: string;
        message: string;
        until: string | null;
      } | null;
    };
  };
  previewTemplate: {
    path: {
      id: string;
    };
    query: {};
    body: {
      /**
       * A value for each variable; the example where one is left out.
       */
      variables?: {
        /**
         * This interface was referenced by `undefined`'s JSON-Schema definition
         * via the `patternProperty` "^.*$".
         */
        [k: string]: string | number;
      };
    };
    answer: {
      /**
       * The body, filled in.
       */
      text: string;
      /**
       * What an SMS says.
       */
      sms: string;
      header: string | null;
      footer: string | null;
      buttons: {
        type: string;
        text: string;
        value: string | null;
      }[];
      problems: {
        /**
         * JSON pointer into `content` or `variables`.
         */
        path: string;
        code: string;
        message: string;
        /**
         * Whose rule it is; null: WhatsApp's.
         */
        provider: string | null;
      }[];
    };
  };
  publishFlow: {
    path: {
      key: string;
    };
    query: {};
    body: {
      /**
       * What changed.
       */
      note?: string;
    };
    answer: {
      version: VersionSummary;
    };
  };
  readAgentSettings: {
    path: {};
    query: {};
    body: null;
    answer: {
      /**
       * What agents know how to behave in.
       */
      business?: "hotel" | "restaurant" | "shop" | "clinic" | "gym" | "parking" | "transport" | "other";
      tone?: "warm" | "formal" | "brief";
      /**
       * What every agent of yours is told, before its own.
       */
      instructions?: string;
      /**
       * Said first, such as that nobody human answers.
       */
      disclosure?: string;
      /**
       * On calls.
       */
      voice?: string;
      /**
       * In place of the operator's.
       */
      model?: string;
      /**
       * All agents of a day together; then people take over.
       */
      dailyTokens?: number;
    };
  };
  readAllowance: {
    path: {
      id: string;
    };
    query: {};
    body: null;
    answer: {
      numberId: string;
      /**
       * First day of the month, in the account's zone.
       */
      month: string;
      /**
       * Zone of the vendor's account; months begin at its midnight.
       */
      timezone: string;
      /**
       * Delivered service messages the vendor gives away a month.
       */
      amount: number;
      /**
       * Delivered and, as the vendor reports, free.
       */
      used: number;
      /**
       * Left in the last day; nobody knows yet whether they arrive.
       */
      underWay: number;
      /**
       * An estimate: others may send from the number, too.
       */
      freeLeft: number;
      /**
       * When the vendor began to bill, this month.
       */
      exhaustedAt: string | null;
      /**
       * ISO 8601, UTC.
       */
      resetsAt: string;
      /**
       * `free`: what the vendor does not bill costs no credits. `charge`: it costs credits like the rest.
       */
      charging: "charge" | "free";
      /**
       * Delivered messages of the month, by what the vendor says they cost.
       */
      delivered: {
        category: string;
        /**
         * As the vendor says: regular, free_customer_service, free_entry_point.
         */
        type: string;
        count: number;
        billed: boolean;
      }[];
    };
  };
  readContact: {
    path: {
      id: string;
    };
    query: {};
    body: null;
    answer: {
      id: string;
      phone: string | null;
      /**
       * The vendor's own id of the person.
       */
      channelUserId: string | null;
      name: string | null;
      locale: string | null;
      timezone: string | null;
      /**
       * Channels this person wrote STOP on.
       */
      optedOut: string[];
      attributes: {
        /**
         * This interface was referenced by `undefined`'s JSON-Schema definition
         * via the `patternProperty` "^.*$".
         */
        [k: string]: unknown;
      };
      /**
       * ISO 8601, UTC.
       */
      createdAt: string;
      /**
       * ISO 8601, UTC.
       */
      updatedAt: string;
    };
  };
  readConversation: {
    path: {
      id: string;
    };
    query: {};
    body: null;
    answer: {
      /**
       * Id of a conversation: one person, one of your numbers, one channel.
       */
      id: string;
      channel: "whatsapp" | "sms";
      contact: {
        /**
         * E.164, or the vendor's id of somebody who hides their phone.
         */
        address: string;
        name: string | null;
      };
      number: {
        id: string | null;
        e164: string;
      };
      storeId: string | null;
      /**
       * `handoff`: people have it, and no flow answers in it.
       */
      status: "open" | "handoff" | "closed";
      assignedTo: string | null;
      team: string | null;
      unread: number;
      /**
       * The latest record it is about.
       */
      reference: {
        /**
         * Module of your own system, such as pms.
         */
        module: string;
        /**
         * Record of that module.
         */
        recordId: string;
      } | null;
      lastMessage: {
        id: string;
        direction: "inbound" | "outbound";
        /**
         * The first 200 characters.
         */
        body: string;
        /**
         * How many files.
         */
        media: number;
      } | null;
      /**
       * ISO 8601, UTC.
       */
      lastMessageAt: string;
      lastInboundAt: string | null;
      closedAt: string | null;
      closedBy: string | null;
      /**
       * ISO 8601, UTC.
       */
      createdAt: string;
      /**
       * Everything it was about, the latest first.
       */
      references: {
        /**
         * Module of your own system, such as pms.
         */
        module: string;
        /**
         * Record of that module.
         */
        recordId: string;
      }[];
    };
  };
  readEffect: {
    path: {
      id: string;
    };
    query: {};
    body: null;
    answer: {
      /**
       * Id of an outside effect.
       */
      id: string;
      runId: string;
      /**
       * Its run is not over; it may still be sent again.
       */
      runOpen: boolean;
      stepKey: string;
      part: string;
      kind: string;
      provider: string;
      channel: string | null;
      from: string | null;
      to: string | null;
      body: string | null;
      state: string;
      status: string | null;
      ref: string | null;
      attempts: number;
      /**
       * Sends that may have doubled an earlier one.
       */
      resends: number;
      /**
       * ISO 8601, UTC.
       */
      createdAt: string;
      /**
       * ISO 8601, UTC.
       */
      sentAt: string;
      /**
       * Of a planned one: when its sender may send it.
       */
      leavesAt: string | null;
      settledAt: string | null;
      /**
       * Milliseconds since it was last sent.
       */
      ageMs: number;
      /**
       * What is done when nobody can tell.
       */
      policy: "give-up" | "resend";
      evidence: {
        /**
         * Why it is in doubt or tried again.
         */
        lastError: string | null;
        /**
         * How it was looked for: `list-api`.
         */
        lookedBy: string | null;
        lookedAt: string | null;
        lookups: number;
        lookupError: string | null;
        /**
         * Of one in doubt: until then evidence is waited for at most.
         */
        graceEndsAt: string | null;
      };
    };
  };
  readFlow: {
    path: {
      key: string;
    };
    query: {};
    body: null;
    answer: FlowDraft;
  };
  readGalleryFlow: {
    path: {
      key: string;
    };
    query: {
      language?: "es" | "en";
    };
    body: null;
    answer: Flow;
  };
  readItem: {
    path: {
      table: string;
      key: string;
    };
    query: {};
    body: null;
    answer: {
      key: string;
      value: unknown;
      /**
       * Counts the writes.
       */
      version: number;
      /**
       * Null: never.
       */
      expiresAt: string | null;
      /**
       * ISO 8601, UTC.
       */
      updatedAt: string;
    };
  };
  readKnowledge: {
    path: {
      document: string;
    };
    query: {};
    body: null;
    answer: {
      id: string;
      title: string;
      collection: string;
      kind: "text" | "faq" | "web";
      language: "es" | "en";
      sourceUrl: string | null;
      /**
       * How many pieces can be found.
       */
      passages: number;
      /**
       * ISO 8601, UTC.
       */
      createdAt: string;
      /**
       * ISO 8601, UTC.
       */
      updatedAt: string;
      body: string;
      questions: {
        question: string;
        answer: string;
      }[];
    };
  };
  readLink: {
    path: {
      code: string;
    };
    query: {};
    body: null;
    answer: {
      code: string;
      /**
       * Where it leads.
       */
      url: string;
      runId: string | null;
      /**
       * The step that sent it: run:node:visit.
       */
      stepKey: string | null;
      /**
       * Whom it was made for.
       */
      recipient: string | null;
      /**
       * By people.
       */
      clicks: number;
      /**
       * By programs: previews of chats, scanners, crawlers.
       */
      previews: number;
      firstClickAt: string | null;
      lastClickAt: string | null;
      expiresAt: string | null;
      /**
       * ISO 8601, UTC.
       */
      createdAt: string;
    };
  };
  readList: {
    path: {
      id: string;
    };
    query: {};
    body: null;
    answer: {
      /**
       * Id of a list.
       */
      id: string;
      name: string;
      /**
       * People in it, each once.
       */
      recipients: number;
      /**
       * Entries whose number had come before.
       */
      duplicates: number;
      /**
       * Entries without a phone number; nobody is written to for them.
       */
      invalid: number;
      /**
       * The first hundred of them.
       */
      invalidFirst: {
        line: number;
        value: string;
      }[];
      /**
       * ISO 8601, UTC.
       */
      createdAt: string;
    };
  };
  readMe: {
    path: {};
    query: {};
    body: null;
    answer:
      | SignedIn
      | {
          keyId: string;
          /**
           * `*` stands for all.
           */
          scopes: string[];
          tenant: {
            id: string;
            name: string;
            country: string;
            timezone: string;
            locale: string;
            status: "active" | "suspended";
          };
        };
  };
  readMedia: {
    path: {
      id: string;
    };
    query: {};
    body: null;
    answer: {
      /**
       * Id of a file.
       */
      id: string;
      state: "pending" | "stored" | "failed";
      /**
       * MIME type.
       */
      type: string;
      /**
       * Bytes.
       */
      size: number | null;
      sha256: string | null;
      name: string | null;
      /**
       * Why it is not there.
       */
      reason: string | null;
      /**
       * Where anybody who is given it can get the file, for a week.
       */
      url: string;
      /**
       * ISO 8601, UTC.
       */
      createdAt: string;
      /**
       * ISO 8601, UTC.
       */
      expiresAt: string;
    };
  };
  readMessage: {
    path: {
      id: string;
    };
    query: {};
    body: null;
    answer: Message;
  };
  readMessagingSettings: {
    path: {};
    query: {};
    body: null;
    answer: {
      quietHours?: {
        /**
         * HH:MM
         */
        from: string;
        /**
         * HH:MM
         */
        to: string;
        /**
         * Whose clock counts.
         */
        zone?: "recipient" | "tenant";
        /**
         * Other hours for a purpose; null: none. `service` has none unless it is named.
         */
        purposes?: {
          service?: {
            /**
             * HH:MM
             */
            from: string;
            /**
             * HH:MM
             */
            to: string;
          } | null;
          notice?: {
            /**
             * HH:MM
             */
            from: string;
            /**
             * HH:MM
             */
            to: string;
          } | null;
          marketing?: {
            /**
             * HH:MM
             */
            from: string;
            /**
             * HH:MM
             */
            to: string;
          } | null;
        };
      } | null;
      consent?: {
        /**
         * `require`: only to who allowed it. `opt-out`: to all who did not refuse.
         */
        marketing: "require" | "opt-out";
      };
      optOut?: {
        /**
         * Words of your own, such as BAJA PROMO for marketing alone.
         *
         * @maxItems 20
         */
        keywords?: {
          /**
           * @minItems 1
           * @maxItems 20
           */
          words: string[];
          does: "stop" | "start";
          /**
           * @minItems 1
           */
          purposes: ("service" | "notice" | "marketing")[];
        }[];
        /**
         * Answer once, where the vendor does not.
         */
        confirm?: boolean;
        /**
         * Your words for the answers; help is only answered where you give some.
         */
        answers?: {
          stop?: string;
          start?: string;
          help?: string;
        };
      };
      /**
       * Countries that may be reached, by channel; a channel that is not named: all.
       */
      countries?: {
        /**
         * @maxItems 250
         */
        sms?: string[];
        /**
         * @maxItems 250
         */
        whatsapp?: string[];
        /**
         * @maxItems 250
         */
        voice?: string[];
      };
      destinationGuard?: {
        /**
         * SMS to one block of ten thousand numbers in an hour.
         */
        perHour: number;
        /**
         * Which destinations are counted.
         */
        where: "abroad" | "everywhere" | "off";
      };
    };
  };
  readModuleFlow: {
    path: {
      module: string;
    };
    query: {
      language?: "es" | "en";
    };
    body: null;
    answer: Flow;
  };
  readNumber: {
    path: {
      id: string;
    };
    query: {};
    body: null;
    answer: {
      /**
       * Id of a number.
       */
      id: string;
      e164: string;
      label: string | null;
      provider: string;
      /**
       * Its vendor is an emulator: nothing real is sent or heard.
       */
      simulated: boolean;
      providerId: string | null;
      /**
       * The vendor's account it is in: a WABA.
       */
      account: string | null;
      channels: ("voice" | "sms" | "whatsapp")[];
      storeId: string | null;
      groupId: string | null;
      voiceFlow: string | null;
      messageFlow: string | null;
      /**
       * created, code_sent, verified, registered, subscribed, connected, deregistered; null: set up elsewhere.
       */
      lifecycle: string | null;
      /**
       * What its vendor says of it: status, quality, limit, name, blocked …
       */
      vendorState: {
        /**
         * This interface was referenced by `undefined`'s JSON-Schema definition
         * via the `patternProperty` "^.*$".
         */
        [k: string]: unknown;
      };
      /**
       * ISO 8601, UTC.
       */
      createdAt: string;
    };
  };
  readNumberProfile: {
    path: {
      id: string;
    };
    query: {};
    body: null;
    answer: {
      about?: string;
      address?: string;
      description?: string;
      email?: string;
      websites?: string[];
      vertical?: string;
    };
  };
  readRun: {
    path: {
      id: string;
    };
    query: {};
    body: null;
    answer: RunDetail;
  };
  readSimulation: {
    path: {
      id: string;
    };
    query: {};
    body: null;
    answer: {
      id: string;
      flow: string;
      now: string;
      faults: ("whatsapp-down" | "sms-down" | "twilio-slow" | "lookup-down" | "messages-undelivered")[];
      /**
       * Numbers of the tenant that this flow listens on, or may be called at.
       */
      numbers: {
        e164: string;
        channels: string[];
      }[];
      events: (
        | {
            /**
             * Counts the events of a simulation.
             */
            seq: number;
            at: string;
            kind: "run";
            runId: string;
            state: "started" | "waiting" | "succeeded" | "failed" | "cancelled";
            nodeId: string | null;
            until: string | null;
            outcome: string | null;
            error: string | null;
          }
        | {
            /**
             * Counts the events of a simulation.
             */
            seq: number;
            at: string;
            kind: "step";
            runId: string;
            nodeId: string;
            type: string;
            port: string | null;
            ms: number;
            params: unknown;
            output: unknown;
            error: string | null;
            /**
             * Credits the step used, by meter.
             */
            credits: {
              /**
               * This interface was referenced by `undefined`'s JSON-Schema definition
               * via the `patternProperty` "^.*$".
               */
              [k: string]: number;
            };
          }
        | {
            /**
             * Counts the events of a simulation.
             */
            seq: number;
            at: string;
            kind: "call";
            callId: string;
            direction: "inbound" | "outbound" | "forwarded";
            state: "ringing" | "in-progress" | "completed" | "busy" | "no-answer" | "failed";
            from: string;
            to: string;
          }
        | {
            /**
             * Counts the events of a simulation.
             */
            seq: number;
            at: string;
            kind: "caption";
            callId: string;
            speaker: "flow" | "person";
            text: string;
            language: string | null;
            voice: string | null;
            /**
             * The same one again: it goes on, and `text` is all of it until now.
             */
            utterance?: string;
          }
        | {
            /**
             * Counts the events of a simulation.
             */
            seq: number;
            at: string;
            kind: "listening";
            callId: string;
            wants: ("digits" | "speech" | "recording")[];
            finishOnKey: string | null;
            /**
             * Not one question: they may speak at any time, also while they are spoken to.
             */
            open?: boolean;
          }
        | {
            /**
             * Counts the events of a simulation.
             */
            seq: number;
            at: string;
            kind: "message";
            /**
             * The same id again: its status or text changed.
             */
            id: string;
            channel: "sms" | "whatsapp";
            direction: "inbound" | "outbound";
            /**
             * E.164 of whose chat it is in.
             */
            person: string;
            body: string;
            media: {
              url: string;
              contentType: string;
            }[];
            buttons: {
              id: string;
              title: string;
              url?: string;
            }[];
            header: string | null;
            footer: string | null;
            status: "queued" | "sent" | "delivered" | "read" | "failed" | "received";
            error: string | null;
            segments: number;
          }
        | {
            /**
             * Counts the events of a simulation.
             */
            seq: number;
            at: string;
            kind: "clock";
            now: string;
          }
        | {
            /**
             * Counts the events of a simulation.
             */
            seq: number;
            at: string;
            kind: "problem";
            code: string;
            message: string;
          }
      )[];
    };
  };
  readSimulationScenario: {
    path: {
      id: string;
    };
    query: {};
    body: null;
    answer: {
      flow: string;
      scenarios: {
        /**
         * This interface was referenced by `undefined`'s JSON-Schema definition
         * via the `patternProperty` "^.*$".
         */
        [k: string]: unknown;
      }[];
    };
  };
  readStore: {
    path: {
      id: string;
    };
    query: {};
    body: null;
    answer: {
      id: string;
      name: string;
      groupId: string | null;
      address: string | null;
      city: string | null;
      region: string | null;
      country: string;
      postalCode: string | null;
      lat: number | null;
      lon: number | null;
      timezone: string;
      landline: string | null;
      mobile: string | null;
      website: string | null;
      hours: unknown;
      webhook: {
        url: string;
        /**
         * Only in the answer to the request that set it.
         */
        secret?: string;
      } | null;
      revision: number;
      /**
       * ISO 8601, UTC.
       */
      createdAt: string;
      /**
       * ISO 8601, UTC.
       */
      updatedAt: string;
    };
  };
  readStoreGroup: {
    path: {
      id: string;
    };
    query: {};
    body: null;
    answer: {
      id: string;
      name: string;
      timezone: string;
      hours: unknown;
      revision: number;
      /**
       * ISO 8601, UTC.
       */
      createdAt: string;
      /**
       * ISO 8601, UTC.
       */
      updatedAt: string;
    };
  };
  readTemplate: {
    path: {
      id: string;
    };
    query: {};
    body: null;
    answer: Template;
  };
  readTraffic: {
    path: {
      key: string;
    };
    query: {
      version?: number;
      from?: string;
      to?: string;
    };
    body: null;
    answer: {
      from: string;
      to: string;
      nodes: {
        nodeId: string;
        /**
         * Runs that left, failed or ended here in this time.
         */
        passed: number;
        failed: number;
        ended: number;
        /**
         * Runs that left by each port.
         */
        ports: {
          /**
           * This interface was referenced by `undefined`'s JSON-Schema definition
           * via the `patternProperty` "^.*$".
           */
          [k: string]: number;
        };
        /**
         * Runs that stand here now.
         */
        standing: number;
      }[];
      /**
       * Runs that are not over, by version.
       */
      underWay: {
        version: number;
        runs: number;
      }[];
    };
  };
  readVersion: {
    path: {
      key: string;
      number: number;
    };
    query: {};
    body: null;
    answer: VersionDocument;
  };
  readWhatsappRetries: {
    path: {};
    query: {};
    body: null;
    answer: {
      /**
       * The first that fits counts; one without reasons and codes fits every failure.
       *
       * @maxItems 50
       */
      rules: {
        /**
         * Failures it is for.
         *
         * @minItems 1
         */
        reasons?: (
          | "not_on_channel"
          | "outside_window"
          | "opted_out"
          | "no_consent"
          | "bad_recipient"
          | "bad_sender"
          | "bad_content"
          | "not_permitted"
          | "other"
        )[];
        /**
         * The vendor's own codes, such as 131049 or 63016.
         *
         * @minItems 1
         * @maxItems 50
         */
        codes?: string[];
        /**
         * How often it is sent again.
         */
        times: number;
        /**
         * Before the first time.
         */
        firstDelayMs?: number;
        /**
         * Each delay is so many times the one before.
         */
        factor?: number;
        /**
         * `next`: the next channel of the node. `sms`: SMS, also where the node does not name it. `none`: no other channel.
         */
        fallThrough: "next" | "sms" | "none";
      }[];
    };
  };
  recordConsents: {
    path: {
      id: string;
    };
    query: {};
    body: {
      channel: "sms" | "whatsapp" | "voice";
      /**
       * @minItems 1
       */
      purposes: ("service" | "notice" | "marketing")[];
      state: "granted" | "denied";
      source?: string;
      /**
       * What shows it: a form's address, words, a recording.
       */
      evidence?: {
        /**
         * This interface was referenced by `undefined`'s JSON-Schema definition
         * via the `patternProperty` "^.*$".
         */
        [k: string]: unknown;
      };
      /**
       * When it was said; absent: now.
       */
      at?: string;
    };
    answer: {
      recorded: number;
    };
  };
  refreshNumber: {
    path: {
      id: string;
    };
    query: {};
    body: {};
    answer: {
      /**
       * Id of a number.
       */
      id: string;
      e164: string;
      label: string | null;
      provider: string;
      /**
       * Its vendor is an emulator: nothing real is sent or heard.
       */
      simulated: boolean;
      providerId: string | null;
      /**
       * The vendor's account it is in: a WABA.
       */
      account: string | null;
      channels: ("voice" | "sms" | "whatsapp")[];
      storeId: string | null;
      groupId: string | null;
      voiceFlow: string | null;
      messageFlow: string | null;
      /**
       * created, code_sent, verified, registered, subscribed, connected, deregistered; null: set up elsewhere.
       */
      lifecycle: string | null;
      /**
       * What its vendor says of it: status, quality, limit, name, blocked …
       */
      vendorState: {
        /**
         * This interface was referenced by `undefined`'s JSON-Schema definition
         * via the `patternProperty` "^.*$".
         */
        [k: string]: unknown;
      };
      /**
       * ISO 8601, UTC.
       */
      createdAt: string;
    };
  };
  registerNumber: {
    path: {
      id: string;
    };
    query: {};
    body: {
      /**
       * The two-step PIN: six digits. It is not stored.
       */
      pin: string;
    };
    answer: {
      /**
       * Id of a number.
       */
      id: string;
      e164: string;
      label: string | null;
      provider: string;
      /**
       * Its vendor is an emulator: nothing real is sent or heard.
       */
      simulated: boolean;
      providerId: string | null;
      /**
       * The vendor's account it is in: a WABA.
       */
      account: string | null;
      channels: ("voice" | "sms" | "whatsapp")[];
      storeId: string | null;
      groupId: string | null;
      voiceFlow: string | null;
      messageFlow: string | null;
      /**
       * created, code_sent, verified, registered, subscribed, connected, deregistered; null: set up elsewhere.
       */
      lifecycle: string | null;
      /**
       * What its vendor says of it: status, quality, limit, name, blocked …
       */
      vendorState: {
        /**
         * This interface was referenced by `undefined`'s JSON-Schema definition
         * via the `patternProperty` "^.*$".
         */
        [k: string]: unknown;
      };
      /**
       * ISO 8601, UTC.
       */
      createdAt: string;
    };
  };
  replaceKnowledge: {
    path: {
      document: string;
    };
    query: {};
    body: {
      title: string;
      /**
       * Documents an agent may be limited to.
       */
      collection?: string;
      kind?: "text" | "faq" | "web";
      language?: "es" | "en";
      /**
       * Where it was taken from.
       */
      sourceUrl?: string | null;
      /**
       * Plain text; an empty line parts paragraphs.
       */
      body?: string;
      /**
       * Of a FAQ.
       *
       * @maxItems 500
       */
      questions?: {
        question: string;
        answer: string;
      }[];
    };
    answer: {
      id: string;
      title: string;
      collection: string;
      kind: "text" | "faq" | "web";
      language: "es" | "en";
      sourceUrl: string | null;
      /**
       * How many pieces can be found.
       */
      passages: number;
      /**
       * ISO 8601, UTC.
       */
      createdAt: string;
      /**
       * ISO 8601, UTC.
       */
      updatedAt: string;
      body: string;
      questions: {
        question: string;
        answer: string;
      }[];
    };
  };
  reportEvent: {
    path: {};
    query: {};
    body: {
      /**
       * `pms`, `pos` …
       */
      module: string;
      /**
       * `reservation.confirmed` …
       */
      event: string;
      /**
       * `trigger.payload` of the flows.
       */
      payload?: {};
      contact?: {
        /**
         * E.164, such as +573001234567.
         */
        phone?: string;
        /**
         * WhatsApp's id of somebody who may hide their phone, such as ES.2000.
         */
        userId?: string;
        name?: string;
      };
    };
    answer: {
      /**
       * One for each published flow that listens to the event; none: nobody listens.
       */
      runs: {
        flow: string;
        runId: string;
      }[];
    };
  };
  requestNumberCode: {
    path: {
      id: string;
    };
    query: {};
    body: {
      method?: "sms" | "voice";
      language?: string;
    };
    answer: {
      /**
       * Id of a number.
       */
      id: string;
      e164: string;
      label: string | null;
      provider: string;
      /**
       * Its vendor is an emulator: nothing real is sent or heard.
       */
      simulated: boolean;
      providerId: string | null;
      /**
       * The vendor's account it is in: a WABA.
       */
      account: string | null;
      channels: ("voice" | "sms" | "whatsapp")[];
      storeId: string | null;
      groupId: string | null;
      voiceFlow: string | null;
      messageFlow: string | null;
      /**
       * created, code_sent, verified, registered, subscribed, connected, deregistered; null: set up elsewhere.
       */
      lifecycle: string | null;
      /**
       * What its vendor says of it: status, quality, limit, name, blocked …
       */
      vendorState: {
        /**
         * This interface was referenced by `undefined`'s JSON-Schema definition
         * via the `patternProperty` "^.*$".
         */
        [k: string]: unknown;
      };
      /**
       * ISO 8601, UTC.
       */
      createdAt: string;
    };
  };
  resolveEffect: {
    path: {
      id: string;
    };
    query: {};
    body: {
      /**
       * `accepted`: the vendor took it; it is charged. `refused`: it did not; its credits go back. `resend`: send it again, though it may come twice.
       */
      outcome: "accepted" | "refused" | "resend";
      /**
       * The vendor's id of it, where it is known.
       */
      ref?: string;
      /**
       * How you know; kept in the audit log.
       */
      note: string;
    };
    answer: {
      /**
       * Id of an outside effect.
       */
      id: string;
      runId: string;
      /**
       * Its run is not over; it may still be sent again.
       */
      runOpen: boolean;
      stepKey: string;
      part: string;
      kind: string;
      provider: string;
      channel: string | null;
      from: string | null;
      to: string | null;
      body: string | null;
      state: string;
      status: string | null;
      ref: string | null;
      attempts: number;
      /**
       * Sends that may have doubled an earlier one.
       */
      resends: number;
      /**
       * ISO 8601, UTC.
       */
      createdAt: string;
      /**
       * ISO 8601, UTC.
       */
      sentAt: string;
      /**
       * Of a planned one: when its sender may send it.
       */
      leavesAt: string | null;
      settledAt: string | null;
      /**
       * Milliseconds since it was last sent.
       */
      ageMs: number;
      /**
       * What is done when nobody can tell.
       */
      policy: "give-up" | "resend";
      evidence: {
        /**
         * Why it is in doubt or tried again.
         */
        lastError: string | null;
        /**
         * How it was looked for: `list-api`.
         */
        lookedBy: string | null;
        lookedAt: string | null;
        lookups: number;
        lookupError: string | null;
        /**
         * Of one in doubt: until then evidence is waited for at most.
         */
        graceEndsAt: string | null;
      };
    };
  };
  restoreVersion: {
    path: {
      key: string;
      number: number;
    };
    query: {};
    body: null;
    answer: FlowDraft;
  };
  resumeRun: {
    path: {
      id: string;
    };
    query: {};
    body: null;
    answer: RunAccepted;
  };
  retryRun: {
    path: {
      id: string;
    };
    query: {};
    body: {
      /**
       * Absent: where it failed, else where it stood. A trigger: from the start.
       */
      fromNode?: string;
      /**
       * The flow version it ran with, or the one new runs get.
       */
      version?: "same" | "published";
    };
    answer: RunAccepted;
  };
  saveFlow: {
    path: {
      key: string;
    };
    query: {};
    body: Flow;
    answer: SavedFlow;
  };
  saveStore: {
    path: {
      id: string;
    };
    query: {};
    body: {
      name: string;
      groupId?: string | null;
      address?: string | null;
      city?: string | null;
      region?: string | null;
      /**
       * ISO 3166-1: CO.
       */
      country: string;
      postalCode?: string | null;
      lat?: number | null;
      lon?: number | null;
      /**
       * IANA name: America/Bogota.
       */
      timezone: string;
      /**
       * Its calls go to the mobile.
       */
      landline?: string | null;
      mobile?: string | null;
      website?: string | null;
      hours?: {
        weekly: {
          /**
           * @maxItems 24
           */
          mon?: {
            /**
             * HH:MM
             */
            from: string;
            /**
             * HH:MM; not after `from`: the next day
             */
            to: string;
          }[];
          /**
           * @maxItems 24
           */
          tue?: {
            /**
             * HH:MM
             */
            from: string;
            /**
             * HH:MM; not after `from`: the next day
             */
            to: string;
          }[];
          /**
           * @maxItems 24
           */
          wed?: {
            /**
             * HH:MM
             */
            from: string;
            /**
             * HH:MM; not after `from`: the next day
             */
            to: string;
          }[];
          /**
           * @maxItems 24
           */
          thu?: {
            /**
             * HH:MM
             */
            from: string;
            /**
             * HH:MM; not after `from`: the next day
             */
            to: string;
          }[];
          /**
           * @maxItems 24
           */
          fri?: {
            /**
             * HH:MM
             */
            from: string;
            /**
             * HH:MM; not after `from`: the next day
             */
            to: string;
          }[];
          /**
           * @maxItems 24
           */
          sat?: {
            /**
             * HH:MM
             */
            from: string;
            /**
             * HH:MM; not after `from`: the next day
             */
            to: string;
          }[];
          /**
           * @maxItems 24
           */
          sun?: {
            /**
             * HH:MM
             */
            from: string;
            /**
             * HH:MM; not after `from`: the next day
             */
            to: string;
          }[];
        };
        /**
         * @maxItems 500
         */
        holidays?: {
          /**
           * YYYY-MM-DD
           */
          date: string;
          name?: string;
          /**
           * @maxItems 24
           */
          hours?: {
            /**
             * HH:MM
             */
            from: string;
            /**
             * HH:MM; not after `from`: the next day
             */
            to: string;
          }[];
        }[];
        /**
         * @maxItems 500
         */
        exceptions?: {
          /**
           * YYYY-MM-DD
           */
          from: string;
          /**
           * Last day, included; absent: one day
           */
          to?: string;
          name?: string;
          /**
           * @maxItems 24
           */
          hours: {
            /**
             * HH:MM
             */
            from: string;
            /**
             * HH:MM; not after `from`: the next day
             */
            to: string;
          }[];
        }[];
      };
      webhook?: {
        /**
         * Hears of each interaction of the store, signed; private addresses are refused.
         */
        url: string;
        /**
         * Absent: kept, or made.
         */
        secret?: string;
      } | null;
    };
    answer: {
      id: string;
      name: string;
      groupId: string | null;
      address: string | null;
      city: string | null;
      region: string | null;
      country: string;
      postalCode: string | null;
      lat: number | null;
      lon: number | null;
      timezone: string;
      landline: string | null;
      mobile: string | null;
      website: string | null;
      hours: unknown;
      webhook: {
        url: string;
        /**
         * Only in the answer to the request that set it.
         */
        secret?: string;
      } | null;
      revision: number;
      /**
       * ISO 8601, UTC.
       */
      createdAt: string;
      /**
       * ISO 8601, UTC.
       */
      updatedAt: string;
    };
  };
  saveStoreGroup: {
    path: {
      id: string;
    };
    query: {};
    body: {
      name: string;
      /**
       * IANA name: America/Bogota.
       */
      timezone: string;
      hours?: {
        weekly: {
          /**
           * @maxItems 24
           */
          mon?: {
            /**
             * HH:MM
             */
            from: string;
            /**
             * HH:MM; not after `from`: the next day
             */
            to: string;
          }[];
          /**
           * @maxItems 24
           */
          tue?: {
            /**
             * HH:MM
             */
            from: string;
            /**
             * HH:MM; not after `from`: the next day
             */
            to: string;
          }[];
          /**
           * @maxItems 24
           */
          wed?: {
            /**
             * HH:MM
             */
            from: string;
            /**
             * HH:MM; not after `from`: the next day
             */
            to: string;
          }[];
          /**
           * @maxItems 24
           */
          thu?: {
            /**
             * HH:MM
             */
            from: string;
            /**
             * HH:MM; not after `from`: the next day
             */
            to: string;
          }[];
          /**
           * @maxItems 24
           */
          fri?: {
            /**
             * HH:MM
             */
            from: string;
            /**
             * HH:MM; not after `from`: the next day
             */
            to: string;
          }[];
          /**
           * @maxItems 24
           */
          sat?: {
            /**
             * HH:MM
             */
            from: string;
            /**
             * HH:MM; not after `from`: the next day
             */
            to: string;
          }[];
          /**
           * @maxItems 24
           */
          sun?: {
            /**
             * HH:MM
             */
            from: string;
            /**
             * HH:MM; not after `from`: the next day
             */
            to: string;
          }[];
        };
        /**
         * @maxItems 500
         */
        holidays?: {
          /**
           * YYYY-MM-DD
           */
          date: string;
          name?: string;
          /**
           * @maxItems 24
           */
          hours?: {
            /**
             * HH:MM
             */
            from: string;
            /**
             * HH:MM; not after `from`: the next day
             */
            to: string;
          }[];
        }[];
        /**
         * @maxItems 500
         */
        exceptions?: {
          /**
           * YYYY-MM-DD
           */
          from: string;
          /**
           * Last day, included; absent: one day
           */
          to?: string;
          name?: string;
          /**
           * @maxItems 24
           */
          hours: {
            /**
             * HH:MM
             */
            from: string;
            /**
             * HH:MM; not after `from`: the next day
             */
            to: string;
          }[];
        }[];
      } | null;
    };
    answer: {
      id: string;
      name: string;
      timezone: string;
      hours: unknown;
      revision: number;
      /**
       * ISO 8601, UTC.
       */
      createdAt: string;
      /**
       * ISO 8601, UTC.
       */
      updatedAt: string;
    };
  };
  searchKnowledge: {
    path: {};
    query: {
      question: string;
      collection?: string;
      limit?: number;
    };
    body: null;
    answer: {
      passages: {
        documentId: string;
        title: string;
        position: number;
        text: string;
        score: number;
      }[];
    };
  };
  sendCode: {
    path: {};
    query: {};
    body: {
      /**
       * E.164, or an address where the channel is email.
       */
      to: string;
      channel?: "sms" | "call" | "whatsapp" | "email";
      /**
       * Language of the message: es.
       */
      locale?: string;
      /**
       * Who the message says it is from.
       */
      friendlyName?: string;
      /**
       * Address of the person who asks for it; limited, too.
       */
      deviceIp?: string;
    };
    answer: {
      status: "pending";
      to: string;
      channel: "sms" | "call" | "whatsapp" | "email";
      /**
       * The vendor's id.
       */
      verificationId: string;
      expiresInSeconds: number;
    };
  };
  sendMessage: {
    path: {};
    query: {};
    body: SendMessage;
    answer: Message;
  };
  setPrice: {
    path: {};
    query: {};
    body: {
      /**
       * What is used.
       */
      channel: "sms" | "whatsapp" | "voice" | "lookup" | "verify" | "ai" | "geolocation";
      /**
       * ISO 3166-1 alpha-2 of whom it is for; `*`: any.
       */
      country?: string;
      /**
       * ISO 4217; absent: yours.
       */
      currency?: string;
      /**
       * Null: the operator's holds again.
       */
      unitPrice: number | null;
    };
    answer: {
      /**
       * What is used.
       */
      channel: "sms" | "whatsapp" | "voice" | "lookup" | "verify" | "ai" | "geolocation";
      /**
       * ISO 3166-1 alpha-2 of whom it is for; `*`: any.
       */
      country: string;
      /**
       * ISO 4217.
       */
      currency: string;
      /**
       * Of one unit: a message or segment, a minute, a question.
       */
      unitPrice: number;
      /**
       * `own` stands before the operator's.
       */
      source: "own" | "operator";
      /**
       * ISO 8601, UTC.
       */
      validFrom: string;
    } | null;
  };
  signalRun: {
    path: {
      id: string;
    };
    query: {};
    body: {
      /**
       * Name of the signal.
       */
      key: string;
      /**
       * Any JSON; the step's output.
       */
      payload?: {
        [k: string]: unknown;
      };
    };
    answer: RunAccepted;
  };
  skipTime: {
    path: {};
    query: {};
    body: {
      /**
       * Milliseconds, a year at most.
       */
      ms: number;
    };
    answer: {
      /**
       * ISO 8601, UTC.
       */
      now: string;
    };
  };
  startRun: {
    path: {
      key: string;
    };
    query: {
      wait?: number;
    };
    body: StartRun;
    answer: RunEnded;
  };
  startSimulation: {
    path: {};
    query: {};
    body: {
      /**
       * Key of the flow.
       */
      flow: string;
      document?: {
        schemaVersion: 1;
        key: string;
        name: string;
        description?: string;
        settings: {
          /**
           * IANA zone; the tenant's where absent.
           */
          timezone?: string;
          /**
           * BCP 47 tag; the tenant's where absent.
           */
          locale?: string;
          contactPolicy?: "parallel" | "resume" | "queue" | "replace";
          maxDurationMs?: number;
          maxSteps?: number;
        };
        /**
         * @maxItems 200
         */
        variables?: {
          key: string;
          description?: string;
          default?: unknown;
        }[];
        /**
         * @minItems 1
         * @maxItems 2000
         */
        nodes: {
          /**
           * Unique in the flow; lower case letters, digits and _.
           */
          id: string;
          type: string;
          version: number;
          position: {
            x: number;
            y: number;
          };
          data: {
            label?: string;
            params: {
              /**
               * This interface was referenced by `undefined`'s JSON-Schema definition
               * via the `patternProperty` "^.*$".
               */
              [k: string]: unknown;
            };
            retry?: {
              /**
               * Tries in all, the first included.
               */
              maxAttempts: number;
              firstDelayMs: number;
              maxDelayMs: number;
            };
            /**
             * What an error does that nothing is attached for: end the run (default), or leave by the first port.
             */
            onError?: "stop" | "continue";
            note?: string;
          };
        }[];
        /**
         * @maxItems 10000
         */
        edges: {
          id: string;
          source: string;
          /**
           * The port it leaves by.
           */
          sourceHandle: string;
          target: string;
        }[];
        canvas?: {
          direction?: "down" | "right";
          /**
           * @maxItems 500
           */
          notes?: {
            id: string;
            position: {
              x: number;
              y: number;
            };
            size: {
              width: number;
              height: number;
            };
            text: string;
            colour: "grey" | "teal" | "violet" | "green" | "amber" | "blue" | "gold";
          }[];
          /**
           * @maxItems 200
           */
          groups?: {
            id: string;
            label: string;
            colour: "grey" | "teal" | "violet" | "green" | "amber" | "blue" | "gold";
            /**
             * Ids of the nodes it frames.
             */
            nodes: string[];
          }[];
        };
      };
      /**
       * E.164, or hidden.
       */
      persona?: string;
      /**
       * What time it is there at first; absent: now.
       */
      at?: string;
    };
    answer: {
      id: string;
      flow: string;
      now: string;
      faults: ("whatsapp-down" | "sms-down" | "twilio-slow" | "lookup-down" | "messages-undelivered")[];
      /**
       * Numbers of the tenant that this flow listens on, or may be called at.
       */
      numbers: {
        e164: string;
        channels: string[];
      }[];
      events: (
        | {
            /**
             * Counts the events of a simulation.
             */
            seq: number;
            at: string;
            kind: "run";
            runId: string;
            state: "started" | "waiting" | "succeeded" | "failed" | "cancelled";
            nodeId: string | null;
            until: string | null;
            outcome: string | null;
            error: string | null;
          }
        | {
            /**
             * Counts the events of a simulation.
             */
            seq: number;
            at: string;
            kind: "step";
            runId: string;
            nodeId: string;
            type: string;
            port: string | null;
            ms: number;
            params: unknown;
            output: unknown;
            error: string | null;
            /**
             * Credits the step used, by meter.
             */
            credits: {
              /**
               * This interface was referenced by `undefined`'s JSON-Schema definition
               * via the `patternProperty` "^.*$".
               */
              [k: string]: number;
            };
          }
        | {
            /**
             * Counts the events of a simulation.
             */
            seq: number;
            at: string;
            kind: "call";
            callId: string;
            direction: "inbound" | "outbound" | "forwarded";
            state: "ringing" | "in-progress" | "completed" | "busy" | "no-answer" | "failed";
            from: string;
            to: string;
          }
        | {
            /**
             * Counts the events of a simulation.
             */
            seq: number;
            at: string;
            kind: "caption";
            callId: string;
            speaker: "flow" | "person";
            text: string;
            language: string | null;
            voice: string | null;
            /**
             * The same one again: it goes on, and `text` is all of it until now.
             */
            utterance?: string;
          }
        | {
            /**
             * Counts the events of a simulation.
             */
            seq: number;
            at: string;
            kind: "listening";
            callId: string;
            wants: ("digits" | "speech" | "recording")[];
            finishOnKey: string | null;
            /**
             * Not one question: they may speak at any time, also while they are spoken to.
             */
            open?: boolean;
          }
        | {
            /**
             * Counts the events of a simulation.
             */
            seq: number;
            at: string;
            kind: "message";
            /**
             * The same id again: its status or text changed.
             */
            id: string;
            channel: "sms" | "whatsapp";
            direction: "inbound" | "outbound";
            /**
             * E.164 of whose chat it is in.
             */
            person: string;
            body: string;
            media: {
              url: string;
              contentType: string;
            }[];
            buttons: {
              id: string;
              title: string;
              url?: string;
            }[];
            header: string | null;
            footer: string | null;
            status: "queued" | "sent" | "delivered" | "read" | "failed" | "received";
            error: string | null;
            segments: number;
          }
        | {
            /**
             * Counts the events of a simulation.
             */
            seq: number;
            at: string;
            kind: "clock";
            now: string;
          }
        | {
            /**
             * Counts the events of a simulation.
             */
            seq: number;
            at: string;
            kind: "problem";
            code: string;
            message: string;
          }
      )[];
    };
  };
  submitTemplate: {
    path: {
      id: string;
    };
    query: {};
    body: {
      /**
       * Absent: those of your WhatsApp numbers.
       *
       * @minItems 1
       */
      providers?: string[];
    };
    answer: Template;
  };
  subscribeNumber: {
    path: {
      id: string;
    };
    query: {};
    body: {
      /**
       * Only where this account is not to report to the app's own address.
       */
      callback?: {
        url: string;
        verifyToken: string;
      };
    };
    answer: {
      /**
       * Id of a number.
       */
      id: string;
      e164: string;
      label: string | null;
      provider: string;
      /**
       * Its vendor is an emulator: nothing real is sent or heard.
       */
      simulated: boolean;
      providerId: string | null;
      /**
       * The vendor's account it is in: a WABA.
       */
      account: string | null;
      channels: ("voice" | "sms" | "whatsapp")[];
      storeId: string | null;
      groupId: string | null;
      voiceFlow: string | null;
      messageFlow: string | null;
      /**
       * created, code_sent, verified, registered, subscribed, connected, deregistered; null: set up elsewhere.
       */
      lifecycle: string | null;
      /**
       * What its vendor says of it: status, quality, limit, name, blocked …
       */
      vendorState: {
        /**
         * This interface was referenced by `undefined`'s JSON-Schema definition
         * via the `patternProperty` "^.*$".
         */
        [k: string]: unknown;
      };
      /**
       * ISO 8601, UTC.
       */
      createdAt: string;
    };
  };
  summarizeUsage: {
    path: {};
    query: {
      channel?: "sms" | "whatsapp" | "voice" | "lookup" | "verify" | "ai" | "geolocation";
      module?: string;
      from?: string;
      to?: string;
      by?: "meter" | "module" | "country" | "day";
    };
    body: null;
    answer: {
      /**
       * ISO 4217.
       */
      currency: string;
      /**
       * In the tenant's currency; null: the operator has set no price.
       */
      money: number | null;
      items: {
        key: string | null;
        channel: string;
        uses: number;
        units: number;
        /**
         * In the tenant's currency; null: the operator has set no price.
         */
        money: number | null;
      }[];
    };
  };
  switchTenant: {
    path: {};
    query: {};
    body: {
      tenantId: string;
    };
    answer: SignedIn;
  };
  syncTemplate: {
    path: {
      id: string;
    };
    query: {};
    body: null;
    answer: Template;
  };
  syncTemplates: {
    path: {};
    query: {};
    body: null;
    answer: {
      /**
       * Templates that some vendor has.
       */
      asked: number;
      /**
       * Those whose vendor could not be asked.
       */
      failed: {
        id: string;
        reason: string;
      }[];
    };
  };
  uploadList: {
    path: {};
    query: {
      name: string;
    };
    body: null;
    answer: {
      /**
       * Id of a list.
       */
      id: string;
      name: string;
      /**
       * People in it, each once.
       */
      recipients: number;
      /**
       * Entries whose number had come before.
       */
      duplicates: number;
      /**
       * Entries without a phone number; nobody is written to for them.
       */
      invalid: number;
      /**
       * The first hundred of them.
       */
      invalidFirst: {
        line: number;
        value: string;
      }[];
      /**
       * ISO 8601, UTC.
       */
      createdAt: string;
    };
  };
  uploadMedia: {
    path: {};
    query: {
      name?: string;
    };
    body: null;
    answer: {
      /**
       * Id of a file.
       */
      id: string;
      state: "pending" | "stored" | "failed";
      /**
       * MIME type.
       */
      type: string;
      /**
       * Bytes.
       */
      size: number | null;
      sha256: string | null;
      name: string | null;
      /**
       * Why it is not there.
       */
      reason: string | null;
      /**
       * Where anybody who is given it can get the file, for a week.
       */
      url: string;
      /**
       * ISO 8601, UTC.
       */
      createdAt: string;
      /**
       * ISO 8601, UTC.
       */
      expiresAt: string;
    };
  };
  verifyNumberCode: {
    path: {
      id: string;
    };
    query: {};
    body: {
      /**
       * Six digits.
       */
      code: string;
    };
    answer: {
      /**
       * Id of a number.
       */
      id: string;
      e164: string;
      label: string | null;
      provider: string;
      /**
       * Its vendor is an emulator: nothing real is sent or heard.
       */
      simulated: boolean;
      providerId: string | null;
      /**
       * The vendor's account it is in: a WABA.
       */
      account: string | null;
      channels: ("voice" | "sms" | "whatsapp")[];
      storeId: string | null;
      groupId: string | null;
      voiceFlow: string | null;
      messageFlow: string | null;
      /**
       * created, code_sent, verified, registered, subscribed, connected, deregistered; null: set up elsewhere.
       */
      lifecycle: string | null;
      /**
       * What its vendor says of it: status, quality, limit, name, blocked …
       */
      vendorState: {
        /**
         * This interface was referenced by `undefined`'s JSON-Schema definition
         * via the `patternProperty` "^.*$".
         */
        [k: string]: unknown;
      };
      /**
       * ISO 8601, UTC.
       */
      createdAt: string;
    };
  };
  wakeRun: {
    path: {
      id: string;
    };
    query: {};
    body: null;
    answer: RunAccepted;
  };
  writeAgentSettings: {
    path: {};
    query: {};
    body: {
      /**
       * What agents know how to behave in.
       */
      business?: "hotel" | "restaurant" | "shop" | "clinic" | "gym" | "parking" | "transport" | "other";
      tone?: "warm" | "formal" | "brief";
      /**
       * What every agent of yours is told, before its own.
       */
      instructions?: string;
      /**
       * Said first, such as that nobody human answers.
       */
      disclosure?: string;
      /**
       * On calls.
       */
      voice?: string;
      /**
       * In place of the operator's.
       */
      model?: string;
      /**
       * All agents of a day together; then people take over.
       */
      dailyTokens?: number;
    };
    answer: {
      /**
       * What agents know how to behave in.
       */
      business?: "hotel" | "restaurant" | "shop" | "clinic" | "gym" | "parking" | "transport" | "other";
      tone?: "warm" | "formal" | "brief";
      /**
       * What every agent of yours is told, before its own.
       */
      instructions?: string;
      /**
       * Said first, such as that nobody human answers.
       */
      disclosure?: string;
      /**
       * On calls.
       */
      voice?: string;
      /**
       * In place of the operator's.
       */
      model?: string;
      /**
       * All agents of a day together; then people take over.
       */
      dailyTokens?: number;
    };
  };
  writeItem: {
    path: {
      table: string;
      key: string;
    };
    query: {};
    body: {
      /**
       * Any JSON, 64 KiB at most.
       */
      value: {
        [k: string]: unknown;
      };
      mode?: "set" | "merge" | "increment" | "put-if-absent";
      /**
       * Absent: as long as it was, else for ever. Null: for ever.
       */
      ttlSeconds?: number | null;
    };
    answer: {
      key: string;
      /**
       * What is there now.
       */
      value: {
        [k: string]: unknown;
      };
      version: number;
      /**
       * Nothing was there before.
       */
      created: boolean;
      /**
       * False where `put-if-absent` found something.
       */
      written: boolean;
    };
  };
  writeMessagingSettings: {
    path: {};
    query: {};
    body: {
      quietHours?: {
        /**
         * HH:MM
         */
        from: string;
        /**
         * HH:MM
         */
        to: string;
        /**
         * Whose clock counts.
         */
        zone?: "recipient" | "tenant";
        /**
         * Other hours for a purpose; null: none. `service` has none unless it is named.
         */
        purposes?: {
          service?: {
            /**
             * HH:MM
             */
            from: string;
            /**
             * HH:MM
             */
            to: string;
          } | null;
          notice?: {
            /**
             * HH:MM
             */
            from: string;
            /**
             * HH:MM
             */
            to: string;
          } | null;
          marketing?: {
            /**
             * HH:MM
             */
            from: string;
            /**
             * HH:MM
             */
            to: string;
          } | null;
        };
      } | null;
      consent?: {
        /**
         * `require`: only to who allowed it. `opt-out`: to all who did not refuse.
         */
        marketing: "require" | "opt-out";
      };
      optOut?: {
        /**
         * Words of your own, such as BAJA PROMO for marketing alone.
         *
         * @maxItems 20
         */
        keywords?: {
          /**
           * @minItems 1
           * @maxItems 20
           */
          words: string[];
          does: "stop" | "start";
          /**
           * @minItems 1
           */
          purposes: ("service" | "notice" | "marketing")[];
        }[];
        /**
         * Answer once, where the vendor does not.
         */
        confirm?: boolean;
        /**
         * Your words for the answers; help is only answered where you give some.
         */
        answers?: {
          stop?: string;
          start?: string;
          help?: string;
        };
      };
      /**
       * Countries that may be reached, by channel; a channel that is not named: all.
       */
      countries?: {
        /**
         * @maxItems 250
         */
        sms?: string[];
        /**
         * @maxItems 250
         */
        whatsapp?: string[];
        /**
         * @maxItems 250
         */
        voice?: string[];
      };
      destinationGuard?: {
        /**
         * SMS to one block of ten thousand numbers in an hour.
         */
        perHour: number;
        /**
         * Which destinations are counted.
         */
        where: "abroad" | "everywhere" | "off";
      };
    };
    answer: {
      quietHours?: {
        /**
         * HH:MM
         */
        from: string;
        /**
         * HH:MM
         */
        to: string;
        /**
         * Whose clock counts.
         */
        zone?: "recipient" | "tenant";
        /**
         * Other hours for a purpose; null: none. `service` has none unless it is named.
         */
        purposes?: {
          service?: {
            /**
             * HH:MM
             */
            from: string;
            /**
             * HH:MM
             */
            to: string;
          } | null;
          notice?: {
            /**
             * HH:MM
             */
            from: string;
            /**
             * HH:MM
             */
            to: string;
          } | null;
          marketing?: {
            /**
             * HH:MM
             */
            from: string;
            /**
             * HH:MM
             */
            to: string;
          } | null;
        };
      } | null;
      consent?: {
        /**
         * `require`: only to who allowed it. `opt-out`: to all who did not refuse.
         */
        marketing: "require" | "opt-out";
      };
      optOut?: {
        /**
         * Words of your own, such as BAJA PROMO for marketing alone.
         *
         * @maxItems 20
         */
        keywords?: {
          /**
           * @minItems 1
           * @maxItems 20
           */
          words: string[];
          does: "stop" | "start";
          /**
           * @minItems 1
           */
          purposes: ("service" | "notice" | "marketing")[];
        }[];
        /**
         * Answer once, where the vendor does not.
         */
        confirm?: boolean;
        /**
         * Your words for the answers; help is only answered where you give some.
         */
        answers?: {
          stop?: string;
          start?: string;
          help?: string;
        };
      };
      /**
       * Countries that may be reached, by channel; a channel that is not named: all.
       */
      countries?: {
        /**
         * @maxItems 250
         */
        sms?: string[];
        /**
         * @maxItems 250
         */
        whatsapp?: string[];
        /**
         * @maxItems 250
         */
        voice?: string[];
      };
      destinationGuard?: {
        /**
         * SMS to one block of ten thousand numbers in an hour.
         */
        perHour: number;
        /**
         * Which destinations are counted.
         */
        where: "abroad" | "everywhere" | "off";
      };
    };
  };
  writeNumberProfile: {
    path: {
      id: string;
    };
    query: {};
    body: {
      about?: string;
      address?: string;
      description?: string;
      email?: string;
      /**
       * @maxItems 2
       */
      websites?: string[];
      /**
       * Such as RETAIL, HOTEL, OTHER.
       */
      vertical?: string;
    };
    answer: {
      about?: string;
      address?: string;
      description?: string;
      email?: string;
      websites?: string[];
      vertical?: string;
    };
  };
  writeWhatsappRetries: {
    path: {};
    query: {};
    body: {
      /**
       * The first that fits counts; one without reasons and codes fits every failure.
       *
       * @maxItems 50
       */
      rules: {
        /**
         * Failures it is for.
         *
         * @minItems 1
         */
        reasons?: (
          | "not_on_channel"
          | "outside_window"
          | "opted_out"
          | "no_consent"
          | "bad_recipient"
          | "bad_sender"
          | "bad_content"
          | "not_permitted"
          | "other"
        )[];
        /**
         * The vendor's own codes, such as 131049 or 63016.
         *
         * @minItems 1
         * @maxItems 50
         */
        codes?: string[];
        /**
         * How often it is sent again.
         */
        times: number;
        /**
         * Before the first time.
         */
        firstDelayMs?: number;
        /**
         * Each delay is so many times the one before.
         */
        factor?: number;
        /**
         * `next`: the next channel of the node. `sms`: SMS, also where the node does not name it. `none`: no other channel.
         */
        fallThrough: "next" | "sms" | "none";
      }[];
    } | null;
    answer: {
      /**
       * The first that fits counts; one without reasons and codes fits every failure.
       *
       * @maxItems 50
       */
      rules: {
        /**
         * Failures it is for.
         *
         * @minItems 1
         */
        reasons?: (
          | "not_on_channel"
          | "outside_window"
          | "opted_out"
          | "no_consent"
          | "bad_recipient"
          | "bad_sender"
          | "bad_content"
          | "not_permitted"
          | "other"
        )[];
        /**
         * The vendor's own codes, such as 131049 or 63016.
         *
         * @minItems 1
         * @maxItems 50
         */
        codes?: string[];
        /**
         * How often it is sent again.
         */
        times: number;
        /**
         * Before the first time.
         */
        firstDelayMs?: number;
        /**
         * Each delay is so many times the one before.
         */
        factor?: number;
        /**
         * `next`: the next channel of the node. `sms`: SMS, also where the node does not name it. `none`: no other channel.
         */
        fallThrough: "next" | "sms" | "none";
      }[];
    };
  };
}
export interface Message {
  /**
   * Id of a message.
   */
  id: string;
  conversationId: string | null;
  direction: "inbound" | "outbound";
  channel: "whatsapp" | "sms";
  from: string | null;
  to: string | null;
  body: string;
  /**
   * Its files: ids of stored ones (GET /media/{id}), and addresses of those that were sent from elsewhere.
   */
  media: string[];
  /**
   * Key of its template.
   */
  template: string | null;
  /**
   * queued, sent, delivered, read, failed, unknown; received of what came in.
   */
  status: string;
  /**
   * Why it was not sent or not delivered: reason, vendorCode, message.
   */
  error: {
    [k: string]: unknown;
  } | null;
  /**
   * The vendor's id.
   */
  ref: string | null;
  runId: string | null;
  storeId: string | null;
  module: string | null;
  recordId: string | null;
  /**
   * Who wrote it, of what was sent.
   */
  author: ("flow" | "api" | "agent") | null;
  /**
   * The API key or user.
   */
  authorId: string | null;
  /**
   * Credits it may cost.
   */
  units: number;
  /**
   * An emulator carried it.
   */
  simulated: boolean;
  sentAt: string | null;
  /**
   * ISO 8601, UTC.
   */
  createdAt: string;
  /**
   * ISO 8601, UTC.
   */
  updatedAt: string;
}
export interface RunAccepted {
  /**
   * Id of a run.
   */
  runId: string;
  status: "queued" | "running" | "waiting" | "succeeded" | "failed" | "cancelled";
}
export interface Template {
  /**
   * Id of a template.
   */
  id: string;
  /**
   * What flows call it; the same in every language.
   */
  key: string;
  locale: string;
  module: string | null;
  category: "utility" | "marketing" | "authentication";
  groupId: string | null;
  storeId: string | null;
  content: {
    /**
     * What it says; also what an SMS says.
     */
    body: string;
    header?:
      | {
          type: "text";
          text: string;
        }
      | {
          type: "image" | "video" | "document";
          /**
           * Id of a stored file, or an https address: what reviewers see, and what is sent where a send names no other.
           */
          sample: string;
        }
      | {
          type: "location";
        };
    footer?: string;
    /**
     * @maxItems 10
     */
    buttons?: (
      | {
          type: "quick_reply";
          text: string;
          /**
           * What a tap brings back; may name variables. Absent: the text of the button.
           */
          payload?: string;
        }
      | {
          type: "url";
          text: string;
          /**
           * May end in one variable.
           */
          url: string;
        }
      | {
          type: "phone";
          text: string;
          phone: string;
        }
      | {
          type: "copy_code";
          /**
           * A variable, or the code itself.
           */
          code: string;
        }
      | {
          type: "otp";
          text?: string;
        }
      | {
          type: "flow";
          text: string;
          /**
           * Meta's id of the form.
           */
          flowId: string;
          /**
           * What the form gives back; may name variables.
           */
          token?: string;
        }
    )[];
    /**
     * Of authentication templates, whose words on WhatsApp are Meta's own.
     */
    code?: {
      expiresMinutes?: number;
      /**
       * Adds the advice not to share the code with anybody.
       */
      recommendation?: boolean;
    };
  };
  variables: {
    name: string;
    type?: "text" | "number" | "date" | "url";
    /**
     * What reviewers see.
     */
    example: string;
    description?: string;
  }[];
  revision: number;
  submissions: {
    provider: string;
    status: "submitting" | "pending" | "approved" | "rejected" | "paused" | "disabled" | "deleted" | "failed";
    /**
     * What the vendor calls it.
     */
    name: string;
    language: string;
    ref: string | null;
    category: "utility" | "marketing" | "authentication";
    /**
     * The vendor takes it for another category than yours, at another price.
     */
    categoryChanged: boolean;
    quality: string | null;
    /**
     * Why it is rejected, paused or disabled.
     */
    reason: string | null;
    /**
     * Changed here since: the vendor sends the words it has until it is submitted again.
     */
    outdated: boolean;
    /**
     * ISO 8601, UTC.
     */
    submittedAt: string;
    reportedAt: string | null;
    /**
     * What the vendor approved before, and sends until it approves this.
     */
    meanwhile: {
      name: string;
      ref: string | null;
      status: "submitting" | "pending" | "approved" | "rejected" | "paused" | "disabled" | "deleted" | "failed";
      category: "utility" | "marketing" | "authentication";
      reason: string | null;
      /**
       * ISO 8601, UTC.
       */
      submittedAt: string;
    } | null;
  }[];
  /**
   * ISO 8601, UTC.
   */
  createdAt: string;
  /**
   * ISO 8601, UTC.
   */
  updatedAt: string;
}
export interface Problem {
  /**
   * JSON pointer into the document.
   */
  path: string;
  nodeId: string | null;
  code: string;
  /**
   * An error keeps the flow from being published.
   */
  severity: "error" | "warning";
  message: string;
  fix: string;
}
export interface Flow {
  schemaVersion: 1;
  key: string;
  name: string;
  description?: string;
  settings: {
    /**
     * IANA zone; the tenant's where absent.
     */
    timezone?: string;
    /**
     * BCP 47 tag; the tenant's where absent.
     */
    locale?: string;
    contactPolicy?: "parallel" | "resume" | "queue" | "replace";
    maxDurationMs?: number;
    maxSteps?: number;
  };
  /**
   * @maxItems 200
   */
  variables?: {
    key: string;
    description?: string;
    default?: unknown;
  }[];
  /**
   * @minItems 1
   * @maxItems 2000
   */
  nodes: {
    /**
     * Unique in the flow; lower case letters, digits and _.
     */
    id: string;
    type: string;
    version: number;
    position: {
      x: number;
      y: number;
    };
    data: {
      label?: string;
      params: {
        /**
         * This interface was referenced by `undefined`'s JSON-Schema definition
         * via the `patternProperty` "^.*$".
         */
        [k: string]: unknown;
      };
      retry?: {
        /**
         * Tries in all, the first included.
         */
        maxAttempts: number;
        firstDelayMs: number;
        maxDelayMs: number;
      };
      /**
       * What an error does that nothing is attached for: end the run (default), or leave by the first port.
       */
      onError?: "stop" | "continue";
      note?: string;
    };
  }[];
  /**
   * @maxItems 10000
   */
  edges: {
    id: string;
    source: string;
    /**
     * The port it leaves by.
     */
    sourceHandle: string;
    target: string;
  }[];
  canvas?: {
    direction?: "down" | "right";
    /**
     * @maxItems 500
     */
    notes?: {
      id: string;
      position: {
        x: number;
        y: number;
      };
      size: {
        width: number;
        height: number;
      };
      text: string;
      colour: "grey" | "teal" | "violet" | "green" | "amber" | "blue" | "gold";
    }[];
    /**
     * @maxItems 200
     */
    groups?: {
      id: string;
      label: string;
      colour: "grey" | "teal" | "violet" | "green" | "amber" | "blue" | "gold";
      /**
       * Ids of the nodes it frames.
       */
      nodes: string[];
    }[];
  };
}
export interface SavedFlow {
  /**
   * Key of a flow.
   */
  key: string;
  name: string;
  /**
   * Counts the saves of the draft; PUT wants it in If-Match.
   */
  revision: number;
  /**
   * Number of the published version.
   */
  published: number | null;
  /**
   * Secret address of its generic webhook.
   */
  hookUrl: string;
  /**
   * ISO 8601, UTC.
   */
  updatedAt: string;
  draft: Flow;
  problems: Problem[];
}
export interface NewTemplate {
  /**
   * What flows call it; the same in every language.
   */
  key: string;
  /**
   * Such as es or es-CO.
   */
  locale: string;
  /**
   * A group's own; it stands before the tenant's.
   */
  groupId?: string;
  /**
   * A store's own; it stands before its group's.
   */
  storeId?: string;
  module?: string | null;
  category: "utility" | "marketing" | "authentication";
  content: {
    /**
     * What it says; also what an SMS says.
     */
    body: string;
    header?:
      | {
          type: "text";
          text: string;
        }
      | {
          type: "image" | "video" | "document";
          /**
           * Id of a stored file, or an https address: what reviewers see, and what is sent where a send names no other.
           */
          sample: string;
        }
      | {
          type: "location";
        };
    footer?: string;
    /**
     * @maxItems 10
     */
    buttons?: (
      | {
          type: "quick_reply";
          text: string;
          /**
           * What a tap brings back; may name variables. Absent: the text of the button.
           */
          payload?: string;
        }
      | {
          type: "url";
          text: string;
          /**
           * May end in one variable.
           */
          url: string;
        }
      | {
          type: "phone";
          text: string;
          phone: string;
        }
      | {
          type: "copy_code";
          /**
           * A variable, or the code itself.
           */
          code: string;
        }
      | {
          type: "otp";
          text?: string;
        }
      | {
          type: "flow";
          text: string;
          /**
           * Meta's id of the form.
           */
          flowId: string;
          /**
           * What the form gives back; may name variables.
           */
          token?: string;
        }
    )[];
    /**
     * Of authentication templates, whose words on WhatsApp are Meta's own.
     */
    code?: {
      expiresMinutes?: number;
      /**
       * Adds the advice not to share the code with anybody.
       */
      recommendation?: boolean;
    };
  };
  /**
   * In the order vendors number them.
   *
   * @maxItems 100
   */
  variables?: {
    name: string;
    type?: "text" | "number" | "date" | "url";
    /**
     * What reviewers see.
     */
    example: string;
    description?: string;
  }[];
}
export interface Conversation {
  /**
   * Id of a conversation: one person, one of your numbers, one channel.
   */
  id: string;
  channel: "whatsapp" | "sms";
  contact: {
    /**
     * E.164, or the vendor's id of somebody who hides their phone.
     */
    address: string;
    name: string | null;
  };
  number: {
    id: string | null;
    e164: string;
  };
  storeId: string | null;
  /**
   * `handoff`: people have it, and no flow answers in it.
   */
  status: "open" | "handoff" | "closed";
  assignedTo: string | null;
  team: string | null;
  unread: number;
  /**
   * The latest record it is about.
   */
  reference: {
    /**
     * Module of your own system, such as pms.
     */
    module: string;
    /**
     * Record of that module.
     */
    recordId: string;
  } | null;
  lastMessage: {
    id: string;
    direction: "inbound" | "outbound";
    /**
     * The first 200 characters.
     */
    body: string;
    /**
     * How many files.
     */
    media: number;
  } | null;
  /**
   * ISO 8601, UTC.
   */
  lastMessageAt: string;
  lastInboundAt: string | null;
  closedAt: string | null;
  closedBy: string | null;
  /**
   * ISO 8601, UTC.
   */
  createdAt: string;
}
export interface VersionSummary {
  id: string;
  /**
   * Key of a flow.
   */
  flow: string;
  number: number;
  /**
   * sha256 of the document as JSON with sorted keys.
   */
  hash: string;
  note: string | null;
  publishedBy: string | null;
  /**
   * ISO 8601, UTC.
   */
  publishedAt: string;
}
export interface SignedIn {
  user: {
    id: string;
    name: string;
    email: string;
    /**
     * Their own language, or that of the tenant.
     */
    locale: string;
  };
  tenant: {
    id: string;
    name: string;
    country: string;
    timezone: string;
    locale: string;
    status: "active" | "suspended";
  };
  role: "viewer" | "agent" | "editor" | "admin" | "owner";
  /**
   * What the role may do.
   */
  scopes: string[];
  /**
   * Send it as X-CSRF-Token with everything that is no GET.
   */
  csrfToken: string;
  /**
   * All they work for.
   */
  tenants: {
    id: string;
    name: string;
    role: "viewer" | "agent" | "editor" | "admin" | "owner";
  }[];
  session: {
    id: string;
    /**
     * ISO 8601, UTC.
     */
    expiresAt: string;
  };
}
export interface FlowDraft {
  /**
   * Key of a flow.
   */
  key: string;
  name: string;
  /**
   * Counts the saves of the draft; PUT wants it in If-Match.
   */
  revision: number;
  /**
   * Number of the published version.
   */
  published: number | null;
  /**
   * Secret address of its generic webhook.
   */
  hookUrl: string;
  /**
   * ISO 8601, UTC.
   */
  updatedAt: string;
  draft: Flow;
}
export interface RunDetail {
  /**
   * Id of a run.
   */
  id: string;
  /**
   * Key of a flow; one that begins with _ is the engine's own.
   */
  flow: string;
  status: "queued" | "running" | "waiting" | "succeeded" | "failed" | "cancelled";
  /**
   * Type of the trigger that started it.
   */
  trigger: string;
  /**
   * Phone number of the person it is about.
   */
  contact: string | null;
  contactName: string | null;
  /**
   * ISO 8601, UTC.
   */
  startedAt: string;
  endedAt: string | null;
  /**
   * Until when it waits.
   */
  wakeAt: string | null;
  /**
   * Since when it is to stand still before its next step; null: it is not.
   */
  pausedAt: string | null;
  /**
   * Number of the flow's version.
   */
  version: number | null;
  /**
   * Id of the node it stands at, or ended at.
   */
  node: string | null;
  /**
   * The run that started it: as a branch, an item of a list, or a called flow.
   */
  parentRunId: string | null;
  /**
   * Key of the step that did.
   */
  parentStep: string | null;
  /**
   * Which of that step's children it is: a branch, the index of an item, the flow it runs.
   */
  branch: string | null;
  outcome: {
    name: string;
    output: {
      /**
       * This interface was referenced by `undefined`'s JSON-Schema definition
       * via the `patternProperty` "^.*$".
       */
      [k: string]: unknown;
    };
    error?: {
      code: string;
      message: string;
      retryable: boolean;
      nodeId?: string;
    };
  } | null;
  /**
   * The ended run it takes up again, and at which node.
   */
  retryOf: {
    /**
     * Id of a run.
     */
    runId: string;
    nodeId: string;
  } | null;
  /**
   * What the trigger gave.
   */
  input: {
    [k: string]: unknown;
  };
  /**
   * How far a step that works in parts, such as a bulk, has come; null: there is none.
   */
  progress: {
    /**
     * This interface was referenced by `undefined`'s JSON-Schema definition
     * via the `patternProperty` "^.*$".
     */
    [k: string]: unknown;
  } | null;
  vars: {
    /**
     * This interface was referenced by `undefined`'s JSON-Schema definition
     * via the `patternProperty` "^.*$".
     */
    [k: string]: unknown;
  };
  /**
   * Whether its steps are still on record: all of them (kept), those of the last days only (partial), or none, because it ended longer ago than steps are kept (expired).
   */
  journal: "kept" | "partial" | "expired";
  steps: {
    nodeId: string;
    stepKey: string;
    /**
     * Type of the node.
     */
    type: string;
    kind: "left" | "slept" | "again" | "repeated" | "failed" | "ended";
    port?: string;
    /**
     * What the step gave. A secret is {"$redacted": true}. Of a large output there is the beginning as text, $head, and $omitted with its size; of one beyond the tenant's budget of the day, $omitted alone.
     */
    output?: {
      [k: string]: unknown;
    };
    error?: {
      code: string;
      message: string;
      retryable: boolean;
      nodeId?: string;
    };
    cause?: string;
    /**
     * ISO 8601, UTC.
     */
    at: string;
    ms: number;
  }[];
  effects: {
    id: string;
    stepKey: string;
    part: string;
    kind: string;
    provider: string;
    /**
     * The vendor is an emulator.
     */
    simulated: boolean;
    channel: string | null;
    to: string | null;
    /**
     * Whether it happened: planned, sending, accepted, refused, retrying, in_doubt, unresolved.
     */
    state: string;
    /**
     * What the vendor last reported.
     */
    status: string | null;
    /**
     * The vendor's id of it.
     */
    ref: string | null;
    outcome: {
      /**
       * This interface was referenced by `undefined`'s JSON-Schema definition
       * via the `patternProperty` "^.*$".
       */
      [k: string]: unknown;
    } | null;
    attempts: number;
    /**
     * ISO 8601, UTC.
     */
    createdAt: string;
    settledAt: string | null;
  }[];
  waits: {
    key: string;
    wakeAt: string | null;
  }[];
  messages: {
    id: string;
    direction: string;
    channel: string;
    contact: string | null;
    number: string;
    body: string;
    status: string;
    error: {
      /**
       * This interface was referenced by `undefined`'s JSON-Schema definition
       * via the `patternProperty` "^.*$".
       */
      [k: string]: unknown;
    } | null;
    ref: string | null;
    /**
     * The effect that sent it.
     */
    effectId: string | null;
    /**
     * Credits it cost.
     */
    units: number;
    simulated: boolean;
    /**
     * ISO 8601, UTC.
     */
    createdAt: string;
  }[];
  /**
   * Credits used, by meter.
   */
  credits: {
    /**
     * This interface was referenced by `undefined`'s JSON-Schema definition
     * via the `patternProperty` "^.*$".
     */
    [k: string]: number;
  };
  /**
   * What these credits were for, oldest first.
   */
  charges: {
    meter: string;
    /**
     * Negative: given back.
     */
    units: number;
    /**
     * The effect it was for.
     */
    effectId: string | null;
    /**
     * The step it was for.
     */
    stepKey: string | null;
    /**
     * ISO 8601, UTC.
     */
    at: string;
  }[];
  /**
   * Runs it started, the newest hundred; all of them with `parent` in the list of runs.
   */
  children: RunSummary[];
}
export interface RunSummary {
  /**
   * Id of a run.
   */
  id: string;
  /**
   * Key of a flow; one that begins with _ is the engine's own.
   */
  flow: string;
  status: "queued" | "running" | "waiting" | "succeeded" | "failed" | "cancelled";
  /**
   * Type of the trigger that started it.
   */
  trigger: string;
  /**
   * Phone number of the person it is about.
   */
  contact: string | null;
  contactName: string | null;
  /**
   * ISO 8601, UTC.
   */
  startedAt: string;
  endedAt: string | null;
  /**
   * Until when it waits.
   */
  wakeAt: string | null;
  /**
   * Since when it is to stand still before its next step; null: it is not.
   */
  pausedAt: string | null;
  /**
   * Number of the flow's version.
   */
  version: number | null;
  /**
   * Id of the node it stands at, or ended at.
   */
  node: string | null;
  /**
   * The run that started it: as a branch, an item of a list, or a called flow.
   */
  parentRunId: string | null;
  /**
   * Key of the step that did.
   */
  parentStep: string | null;
  /**
   * Which of that step's children it is: a branch, the index of an item, the flow it runs.
   */
  branch: string | null;
  /**
   * Once it is over: the name the flow gave its end, `completed`, or the code of the error.
   */
  outcome: string | null;
}
export interface VersionDocument {
  id: string;
  /**
   * Key of a flow.
   */
  flow: string;
  number: number;
  /**
   * sha256 of the document as JSON with sorted keys.
   */
  hash: string;
  note: string | null;
  publishedBy: string | null;
  /**
   * ISO 8601, UTC.
   */
  publishedAt: string;
  document: Flow;
}
export interface SendMessage {
  /**
   * E.164, such as +573001234567, or WhatsApp's id of somebody who hides their phone, such as ES.2000.
   */
  to: string;
  channel?: "whatsapp" | "sms";
  /**
   * Tried in this order; absent: WhatsApp, then SMS.
   *
   * @minItems 1
   */
  channels?: ("whatsapp" | "sms")[];
  /**
   * The text; or a template.
   */
  body?: string;
  /**
   * Public addresses, or ids of stored files (POST /media), that go with the text.
   *
   * @maxItems 10
   */
  media?: string[];
  /**
   * Key of one of your templates, instead of body.
   */
  template?: string;
  /**
   * Language of the template; absent: yours.
   */
  locale?: string;
  /**
   * A value for each name in the template.
   */
  variables?: {
    /**
     * This interface was referenced by `undefined`'s JSON-Schema definition
     * via the `patternProperty` "^.*$".
     */
    [k: string]: string | number;
  };
  /**
   * `service` (default) answers what the person just did; the others keep quiet hours.
   */
  purpose?: "service" | "notice" | "marketing";
  /**
   * Web addresses become links that count clicks.
   */
  trackLinks?: boolean;
  /**
   * Id of the number of yours that sends.
   */
  fromNumber?: string;
  /**
   * For which store: its number and templates.
   */
  storeId?: string;
  /**
   * Module of your own system, such as pms.
   */
  module?: string;
  /**
   * Record of that module.
   */
  recordId?: string;
  /**
   * As the header Idempotency-Key.
   */
  idempotencyKey?: string;
}
export interface StartRun {
  /**
   * Checked against the schema of the flow's trigger.
   */
  input?: {};
  contact?: {
    /**
     * E.164, such as +573001234567.
     */
    phone?: string;
    /**
     * WhatsApp's id of somebody who may hide their phone, such as ES.2000.
     */
    userId?: string;
    name?: string;
  };
  /**
   * As the header Idempotency-Key.
   */
  idempotencyKey?: string;
  /**
   * Absent: the published one.
   */
  version?: number;
  /**
   * `bulk` is queued and starts when nothing else of yours waits: for many runs at once that nobody waits for.
   */
  priority?: "normal" | "bulk";
}
export interface RunEnded {
  /**
   * Id of a run.
   */
  runId: string;
  status: "queued" | "running" | "waiting" | "succeeded" | "failed" | "cancelled";
  /**
   * The name the flow gave its end, `completed`, or the code of the error.
   */
  outcome: string;
  output: {
    /**
     * This interface was referenced by `undefined`'s JSON-Schema definition
     * via the `patternProperty` "^.*$".
     */
    [k: string]: unknown;
  };
  error?: {
    code: string;
    message: string;
    retryable: boolean;
    nodeId?: string;
  };
}

/** Method and address of each operation. */
export const OPERATIONS = {
  actInSimulation: ["post", "/api/v1/simulations/{id}/actions"],
  addMetaNumber: ["post", "/api/v1/numbers/meta"],
  adoptModule: ["post", "/api/v1/modules/{module}/adopt"],
  answerConversation: ["post", "/api/v1/conversations/{id}/messages"],
  cancelRun: ["post", "/api/v1/runs/{id}/cancel"],
  changeAllowance: ["put", "/api/v1/numbers/{id}/allowance"],
  changeContact: ["patch", "/api/v1/contacts/{id}"],
  changeConversation: ["patch", "/api/v1/conversations/{id}"],
  changeNumber: ["patch", "/api/v1/numbers/{id}"],
  changeNumberLink: ["put", "/api/v1/numbers/{id}/links/{code}"],
  changeTemplate: ["put", "/api/v1/templates/{id}"],
  checkCode: ["post", "/api/v1/verify/check"],
  checkFlow: ["post", "/api/v1/flows/check"],
  checkTemplate: ["post", "/api/v1/templates/check"],
  closeConversation: ["post", "/api/v1/conversations/{id}/close"],
  countUnread: ["get", "/api/v1/conversations/unread-count"],
  createContact: ["post", "/api/v1/contacts"],
  createFlow: ["post", "/api/v1/flows"],
  createKnowledge: ["post", "/api/v1/knowledge/documents"],
  createNumberLink: ["post", "/api/v1/numbers/{id}/links"],
  createStore: ["post", "/api/v1/stores"],
  createStoreGroup: ["post", "/api/v1/store-groups"],
  createTemplate: ["post", "/api/v1/templates"],
  deleteFlow: ["delete", "/api/v1/flows/{key}"],
  deleteItem: ["delete", "/api/v1/data/{table}/{key}"],
  deleteKnowledge: ["delete", "/api/v1/knowledge/documents/{document}"],
  deleteList: ["delete", "/api/v1/lists/{id}"],
  deleteNumberLink: ["delete", "/api/v1/numbers/{id}/links/{code}"],
  deleteStore: ["delete", "/api/v1/stores/{id}"],
  deleteStoreGroup: ["delete", "/api/v1/store-groups/{id}"],
  deleteTemplate: ["delete", "/api/v1/templates/{id}"],
  deregisterNumber: ["post", "/api/v1/numbers/{id}/deregister"],
  endOtherSessions: ["delete", "/api/v1/auth/sessions"],
  endSession: ["delete", "/api/v1/auth/sessions/{id}"],
  endSimulation: ["delete", "/api/v1/simulations/{id}"],
  exportConsents: ["get", "/api/v1/consents/export"],
  forgetContact: ["delete", "/api/v1/contacts/{id}"],
  linkStats: ["get", "/api/v1/link-stats"],
  listAudit: ["get", "/api/v1/audit"],
  listClicks: ["get", "/api/v1/links/{code}/clicks"],
  listConsents: ["get", "/api/v1/contacts/{id}/consents"],
  listContacts: ["get", "/api/v1/contacts"],
  listConversationMessages: ["get", "/api/v1/conversations/{id}/messages"],
  listConversations: ["get", "/api/v1/conversations"],
  listCredits: ["get", "/api/v1/credits"],
  listEffects: ["get", "/api/v1/effects"],
  listEventsOfNumber: ["get", "/api/v1/numbers/{id}/events"],
  listFlowActivity: ["get", "/api/v1/flow-activity"],
  listFlows: ["get", "/api/v1/flows"],
  listGallery: ["get", "/api/v1/gallery"],
  listGoals: ["get", "/api/v1/goals"],
  listInteractions: ["get", "/api/v1/interactions"],
  listItems: ["get", "/api/v1/data/{table}"],
  listKnowledge: ["get", "/api/v1/knowledge/documents"],
  listLinks: ["get", "/api/v1/links"],
  listLists: ["get", "/api/v1/lists"],
  listMessages: ["get", "/api/v1/messages"],
  listModules: ["get", "/api/v1/modules"],
  listNodeTypes: ["get", "/api/v1/node-types"],
  listNumberEvents: ["get", "/api/v1/number-events"],
  listNumberLinks: ["get", "/api/v1/numbers/{id}/links"],
  listNumbers: ["get", "/api/v1/numbers"],
  listOptions: ["get", "/api/v1/options/{source}"],
  listPersonas: ["get", "/api/v1/simulations/personas"],
  listPrices: ["get", "/api/v1/prices"],
  listReturns: ["get", "/api/v1/interactions/returns"],
  listRuns: ["get", "/api/v1/runs"],
  listSchedules: ["get", "/api/v1/flows/{key}/schedules"],
  listSessions: ["get", "/api/v1/auth/sessions"],
  listStoreDeliveries: ["get", "/api/v1/stores/{id}/deliveries"],
  listStoreGroups: ["get", "/api/v1/store-groups"],
  listStores: ["get", "/api/v1/stores"],
  listTemplates: ["get", "/api/v1/templates"],
  listUsage: ["get", "/api/v1/usage"],
  listVersions: ["get", "/api/v1/flows/{key}/versions"],
  login: ["post", "/api/v1/auth/login"],
  logout: ["post", "/api/v1/auth/logout"],
  markConversationRead: ["post", "/api/v1/conversations/{id}/read"],
  notify: ["post", "/api/v1/notify"],
  notifyMany: ["post", "/api/v1/notify/bulk"],
  pauseRun: ["post", "/api/v1/runs/{id}/pause"],
  pauseSchedule: ["put", "/api/v1/flows/{key}/schedules/{nodeId}"],
  previewMessage: ["post", "/api/v1/messages/preview"],
  previewTemplate: ["post", "/api/v1/templates/{id}/preview"],
  publishFlow: ["post", "/api/v1/flows/{key}/publish"],
  readAgentSettings: ["get", "/api/v1/settings/agent"],
  readAllowance: ["get", "/api/v1/numbers/{id}/allowance"],
  readContact: ["get", "/api/v1/contacts/{id}"],
  readConversation: ["get", "/api/v1/conversations/{id}"],
  readEffect: ["get", "/api/v1/effects/{id}"],
  readFlow: ["get", "/api/v1/flows/{key}"],
  readGalleryFlow: ["get", "/api/v1/gallery/{key}"],
  readItem: ["get", "/api/v1/data/{table}/{key}"],
  readKnowledge: ["get", "/api/v1/knowledge/documents/{document}"],
  readLink: ["get", "/api/v1/links/{code}"],
  readList: ["get", "/api/v1/lists/{id}"],
  readMe: ["get", "/api/v1/me"],
  readMedia: ["get", "/api/v1/media/{id}"],
  readMessage: ["get", "/api/v1/messages/{id}"],
  readMessagingSettings: ["get", "/api/v1/settings/messaging"],
  readModuleFlow: ["get", "/api/v1/modules/{module}/flow"],
  readNumber: ["get", "/api/v1/numbers/{id}"],
  readNumberProfile: ["get", "/api/v1/numbers/{id}/profile"],
  readRun: ["get", "/api/v1/runs/{id}"],
  readSimulation: ["get", "/api/v1/simulations/{id}"],
  readSimulationScenario: ["get", "/api/v1/simulations/{id}/scenario"],
  readStore: ["get", "/api/v1/stores/{id}"],
  readStoreGroup: ["get", "/api/v1/store-groups/{id}"],
  readTemplate: ["get", "/api/v1/templates/{id}"],
  readTraffic: ["get", "/api/v1/flows/{key}/traffic"],
  readVersion: ["get", "/api/v1/flows/{key}/versions/{number}"],
  readWhatsappRetries: ["get", "/api/v1/settings/whatsapp-retries"],
  recordConsents: ["post", "/api/v1/contacts/{id}/consents"],
  refreshNumber: ["post", "/api/v1/numbers/{id}/refresh"],
  registerNumber: ["post", "/api/v1/numbers/{id}/register"],
  replaceKnowledge: ["put", "/api/v1/knowledge/documents/{document}"],
  reportEvent: ["post", "/api/v1/events"],
  requestNumberCode: ["post", "/api/v1/numbers/{id}/request-code"],
  resolveEffect: ["post", "/api/v1/effects/{id}/resolve"],
  restoreVersion: ["post", "/api/v1/flows/{key}/versions/{number}/restore"],
  resumeRun: ["post", "/api/v1/runs/{id}/resume"],
  retryRun: ["post", "/api/v1/runs/{id}/retry"],
  saveFlow: ["put", "/api/v1/flows/{key}"],
  saveStore: ["put", "/api/v1/stores/{id}"],
  saveStoreGroup: ["put", "/api/v1/store-groups/{id}"],
  searchKnowledge: ["get", "/api/v1/knowledge/search"],
  sendCode: ["post", "/api/v1/verify"],
  sendMessage: ["post", "/api/v1/messages"],
  setPrice: ["put", "/api/v1/prices"],
  signalRun: ["post", "/api/v1/runs/{id}/signal"],
  skipTime: ["post", "/api/v1/clock/skip"],
  startRun: ["post", "/api/v1/flows/{key}/runs"],
  startSimulation: ["post", "/api/v1/simulations"],
  submitTemplate: ["post", "/api/v1/templates/{id}/submit"],
  subscribeNumber: ["post", "/api/v1/numbers/{id}/subscribe"],
  summarizeUsage: ["get", "/api/v1/usage/summary"],
  switchTenant: ["post", "/api/v1/auth/tenant"],
  syncTemplate: ["post", "/api/v1/templates/{id}/sync"],
  syncTemplates: ["post", "/api/v1/templates/sync"],
  uploadList: ["post", "/api/v1/lists"],
  uploadMedia: ["post", "/api/v1/media"],
  verifyNumberCode: ["post", "/api/v1/numbers/{id}/verify-code"],
  wakeRun: ["post", "/api/v1/runs/{id}/wake"],
  writeAgentSettings: ["put", "/api/v1/settings/agent"],
  writeItem: ["put", "/api/v1/data/{table}/{key}"],
  writeMessagingSettings: ["put", "/api/v1/settings/messaging"],
  writeNumberProfile: ["put", "/api/v1/numbers/{id}/profile"],
  writeWhatsappRetries: ["put", "/api/v1/settings/whatsapp-retries"],
} as const satisfies Record<keyof Operations, readonly [string, string]>;
